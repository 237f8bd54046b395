//go:build !noasm

#include "textflag.h"

// What Go's assembler has no names for; arguments are register numbers. Arm Architecture Reference Manual, C7.2.
#define SDOT(m, n, d) WORD $(0x4e809400 | (m)<<16 | (n)<<5 | (d))   // d.4S += n.16B . m.16B
#define SMULL(m, n, d) WORD $(0x0e20c000 | (m)<<16 | (n)<<5 | (d))  // d.8H = n.8B * m.8B
#define SMULL2(m, n, d) WORD $(0x4e20c000 | (m)<<16 | (n)<<5 | (d)) // the upper halves
#define SADALP(n, d) WORD $(0x4e606800 | (n)<<5 | (d))              // d.4S += pairs of n.8H

// R0: sums, R1: activations, R2: step, R3 and R4: taps, R5: groups, R6: weights, R7: what the sums start with.
#define OPERANDS \
	MOVD acc+0(FP), R0 \
	MOVD a+8(FP), R1 \
	MOVD step+16(FP), R2 \
	MOVD taps+24(FP), R3 \
	MOVD ntaps+32(FP), R4 \
	MOVD groups+40(FP), R5 \
	MOVD w+48(FP), R6 \
	MOVD start+56(FP), R7

// func dot4SDOT(acc *int32, a *int8, step int, taps *int32, ntaps, groups int, w *int8, start *int32)
TEXT ·dot4SDOT(SB), NOSPLIT, $0-64
	OPERANDS
	VLD1 (R7), [V0.S4, V1.S4, V2.S4, V3.S4]
	VLD1 (R7), [V4.S4, V5.S4, V6.S4, V7.S4]
	VLD1 (R7), [V8.S4, V9.S4, V10.S4, V11.S4]
	VLD1 (R7), [V12.S4, V13.S4, V14.S4, V15.S4]

tap:
	MOVW.P 4(R3), R8
	ADD    R1, R8, R8
	ADD    R2, R8, R9
	ADD    R2, R9, R10
	ADD    R2, R10, R11
	MOVD   R5, R12

group:
	VLD1.P  64(R6), [V16.B16, V17.B16, V18.B16, V19.B16]
	VLD1R.P 4(R8), [V20.S4]
	VLD1R.P 4(R9), [V21.S4]
	VLD1R.P 4(R10), [V22.S4]
	VLD1R.P 4(R11), [V23.S4]
	SDOT(20, 16, 0)
	SDOT(20, 17, 1)
	SDOT(20, 18, 2)
	SDOT(20, 19, 3)
	SDOT(21, 16, 4)
	SDOT(21, 17, 5)
	SDOT(21, 18, 6)
	SDOT(21, 19, 7)
	SDOT(22, 16, 8)
	SDOT(22, 17, 9)
	SDOT(22, 18, 10)
	SDOT(22, 19, 11)
	SDOT(23, 16, 12)
	SDOT(23, 17, 13)
	SDOT(23, 18, 14)
	SDOT(23, 19, 15)
	SUBS $1, R12, R12
	BNE  group
	SUBS $1, R4, R4
	BNE  tap
	VST1.P [V0.S4, V1.S4, V2.S4, V3.S4], 64(R0)
	VST1.P [V4.S4, V5.S4, V6.S4, V7.S4], 64(R0)
	VST1.P [V8.S4, V9.S4, V10.S4, V11.S4], 64(R0)
	VST1   [V12.S4, V13.S4, V14.S4, V15.S4], (R0)
	RET

// func dot1SDOT(acc *int32, a *int8, step int, taps *int32, ntaps, groups int, w *int8, start *int32)
TEXT ·dot1SDOT(SB), NOSPLIT, $0-64
	OPERANDS
	VLD1 (R7), [V0.S4, V1.S4, V2.S4, V3.S4]

tap:
	MOVW.P 4(R3), R8
	ADD    R1, R8, R8
	MOVD   R5, R12

group:
	VLD1.P  64(R6), [V16.B16, V17.B16, V18.B16, V19.B16]
	VLD1R.P 4(R8), [V20.S4]
	SDOT(20, 16, 0)
	SDOT(20, 17, 1)
	SDOT(20, 18, 2)
	SDOT(20, 19, 3)
	SUBS $1, R12, R12
	BNE  group
	SUBS $1, R4, R4
	BNE  tap
	VST1 [V0.S4, V1.S4, V2.S4, V3.S4], (R0)
	RET

// One pixel: outputs in two halves of each sum of pairs, V0 to V7; weights are in V16 to V19, four channels in V20.
#define PRODUCTS \
	SMULL(20, 16, 21) \
	SMULL2(20, 16, 22) \
	SMULL(20, 17, 23) \
	SMULL2(20, 17, 24) \
	SADALP(21, 0) \
	SADALP(22, 1) \
	SADALP(23, 2) \
	SADALP(24, 3) \
	SMULL(20, 18, 21) \
	SMULL2(20, 18, 22) \
	SMULL(20, 19, 23) \
	SMULL2(20, 19, 24) \
	SADALP(21, 4) \
	SADALP(22, 5) \
	SADALP(23, 6) \
	SADALP(24, 7)

#define CLEAR \
	VEOR V0.B16, V0.B16, V0.B16 \
	VEOR V1.B16, V1.B16, V1.B16 \
	VEOR V2.B16, V2.B16, V2.B16 \
	VEOR V3.B16, V3.B16, V3.B16 \
	VEOR V4.B16, V4.B16, V4.B16 \
	VEOR V5.B16, V5.B16, V5.B16 \
	VEOR V6.B16, V6.B16, V6.B16 \
	VEOR V7.B16, V7.B16, V7.B16

// Adds the halves and the start, and stores 16 sums.
#define FINISH \
	VADDP V1.S4, V0.S4, V0.S4 \
	VADDP V3.S4, V2.S4, V1.S4 \
	VADDP V5.S4, V4.S4, V2.S4 \
	VADDP V7.S4, V6.S4, V3.S4 \
	VLD1 (R7), [V16.S4, V17.S4, V18.S4, V19.S4] \
	VADD V16.S4, V0.S4, V0.S4 \
	VADD V17.S4, V1.S4, V1.S4 \
	VADD V18.S4, V2.S4, V2.S4 \
	VADD V19.S4, V3.S4, V3.S4 \
	VST1.P [V0.S4, V1.S4, V2.S4, V3.S4], 64(R0)

// func dot4NEON(acc *int32, a *int8, step int, taps *int32, ntaps, groups int, w *int8, start *int32)
TEXT ·dot4NEON(SB), NOSPLIT, $0-64
	OPERANDS
	MOVD $4, R13

pixel:
	CLEAR
	MOVD R3, R14
	MOVD R4, R15
	MOVD R6, R16

tap:
	MOVW.P 4(R14), R8
	ADD    R1, R8, R8
	MOVD   R5, R12

group:
	VLD1.P  64(R16), [V16.B16, V17.B16, V18.B16, V19.B16]
	VLD1R.P 4(R8), [V20.S4]
	PRODUCTS
	SUBS $1, R12, R12
	BNE  group
	SUBS $1, R15, R15
	BNE  tap
	FINISH
	ADD  R2, R1, R1
	SUBS $1, R13, R13
	BNE  pixel
	RET

// func dot1NEON(acc *int32, a *int8, step int, taps *int32, ntaps, groups int, w *int8, start *int32)
TEXT ·dot1NEON(SB), NOSPLIT, $0-64
	OPERANDS
	CLEAR

tap:
	MOVW.P 4(R3), R8
	ADD    R1, R8, R8
	MOVD   R5, R12

group:
	VLD1.P  64(R6), [V16.B16, V17.B16, V18.B16, V19.B16]
	VLD1R.P 4(R8), [V20.S4]
	PRODUCTS
	SUBS $1, R12, R12
	BNE  group
	SUBS $1, R4, R4
	BNE  tap
	FINISH
	RET
