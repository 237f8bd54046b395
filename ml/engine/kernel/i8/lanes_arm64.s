//go:build !noasm

#include "textflag.h"

// What Go's assembler has no names for; arguments are register numbers. Arm Architecture Reference Manual, C7.2.
#define SXTL(n, d) WORD $(0x0f08a400 | (n)<<5 | (d))                 // d.8H = n.8B
#define SXTL2(n, d) WORD $(0x4f08a400 | (n)<<5 | (d))                // the upper half
#define SXTLD(n, d) WORD $(0x0f20a400 | (n)<<5 | (d))                // d.2D = n.2S
#define SXTLD2(n, d) WORD $(0x4f20a400 | (n)<<5 | (d))               // the upper half
#define XTNH(n, d) WORD $(0x0e612800 | (n)<<5 | (d))                 // d.4H = n.4S
#define XTNH2(n, d) WORD $(0x4e612800 | (n)<<5 | (d))                // into the upper half
#define XTNB(n, d) WORD $(0x0e212800 | (n)<<5 | (d))                 // d.8B = n.8H
#define XTNB2(n, d) WORD $(0x4e212800 | (n)<<5 | (d))                // into the upper half
#define XTNS(n, d) WORD $(0x0ea12800 | (n)<<5 | (d))                 // d.2S = n.2D
#define XTNS2(n, d) WORD $(0x4ea12800 | (n)<<5 | (d))                // into the upper half
#define SMLAL(m, n, d) WORD $(0x0e608000 | (m)<<16 | (n)<<5 | (d))   // d.4S += n.4H * m.4H
#define SMLAL2(m, n, d) WORD $(0x4e608000 | (m)<<16 | (n)<<5 | (d))  // the upper halves
#define UMULL(m, n, d) WORD $(0x2ea0c000 | (m)<<16 | (n)<<5 | (d))   // d.2D = n.2S * m.2S
#define UMULL2(m, n, d) WORD $(0x6ea0c000 | (m)<<16 | (n)<<5 | (d))  // the upper halves
#define URSHL(m, n, d) WORD $(0x6ee05400 | (m)<<16 | (n)<<5 | (d))   // d.2D = n.2D / 2^-m.2D, halves up
#define NEGD(n, d) WORD $(0x6ee0b800 | (n)<<5 | (d))                 // d.2D = -n.2D
#define ABSS(n, d) WORD $(0x4ea0b800 | (n)<<5 | (d))                 // d.4S = |n.4S|
#define SIGN(n, d) WORD $(0x4f210400 | (n)<<5 | (d))                 // d.4S = n.4S >> 31
#define SMAXS(m, n, d) WORD $(0x4ea06400 | (m)<<16 | (n)<<5 | (d))   // d.4S = max(n.4S, m.4S)
#define SMINS(m, n, d) WORD $(0x4ea06c00 | (m)<<16 | (n)<<5 | (d))   // d.4S = min(n.4S, m.4S)

#define EORB(m, n, d) WORD $(0x6e201c00 | (m)<<16 | (n)<<5 | (d))    // d.16B = n.16B ^ m.16B
#define SUBS4(m, n, d) WORD $(0x6ea08400 | (m)<<16 | (n)<<5 | (d))   // d.4S = n.4S - m.4S

#define OPERANDS \
	MOVD acc+0(FP), R0 \
	MOVD a+8(FP), R1 \
	MOVD step+16(FP), R2 \
	MOVD taps+24(FP), R3 \
	MOVD ntaps+32(FP), R4 \
	MOVD w+40(FP), R6 \
	MOVD start+48(FP), R7

// The sums of one pixel in V0 to V3, over all taps from R14 on with weights from R16 on.
#define TAP \
	MOVW.P 4(R14), R8 \
	ADD R1, R8, R8 \
	VLD1 (R8), [V20.B16] \
	VLD1.P 64(R16), [V16.S4, V17.S4, V18.S4, V19.S4] \
	SXTL(20, 21) \
	SXTL2(20, 22) \
	XTNH(16, 23) \
	XTNH2(17, 23) \
	XTNH(18, 24) \
	XTNH2(19, 24) \
	SMLAL(23, 21, 0) \
	SMLAL2(23, 21, 1) \
	SMLAL(24, 22, 2) \
	SMLAL2(24, 22, 3)

// func depth4NEON(acc *int32, a *int8, step int, taps *int32, ntaps int, w *int32, start *int32)
TEXT ·depth4NEON(SB), NOSPLIT, $0-56
	OPERANDS
	MOVD $4, R13

pixel:
	VLD1 (R7), [V0.S4, V1.S4, V2.S4, V3.S4]
	MOVD R3, R14
	MOVD R4, R15
	MOVD R6, R16

tap:
	TAP
	SUBS $1, R15, R15
	BNE  tap
	VST1.P [V0.S4, V1.S4, V2.S4, V3.S4], 64(R0)
	ADD  R2, R1, R1
	SUBS $1, R13, R13
	BNE  pixel
	RET

// func depth1NEON(acc *int32, a *int8, step int, taps *int32, ntaps int, w *int32, start *int32)
TEXT ·depth1NEON(SB), NOSPLIT, $0-56
	OPERANDS
	VLD1 (R7), [V0.S4, V1.S4, V2.S4, V3.S4]
	MOVD R3, R14
	MOVD R6, R16

tap:
	TAP
	SUBS $1, R4, R4
	BNE  tap
	VST1 [V0.S4, V1.S4, V2.S4, V3.S4], (R0)
	RET

// Four sums in x: magnitudes times m, rounded and shifted by sl and sh (negative), with their sign, clamped to V30..V31.
#define FOUR(x, m, sl, sh) \
	ABSS(x, 26) \
	SIGN(x, 27) \
	UMULL(m, 26, 28) \
	UMULL2(m, 26, 29) \
	URSHL(sl, 28, 28) \
	URSHL(sh, 29, 29) \
	XTNS(28, x) \
	XTNS2(29, x) \
	EORB(27, x, x) \
	SUBS4(27, x, x) \
	SMAXS(30, x, x) \
	SMINS(31, x, x)

// func requantNEON(dst *int8, dstStep int, acc *int32, pixels int, q *Scale)
TEXT ·requantNEON(SB), NOSPLIT, $0-40
	MOVD dst+0(FP), R0
	MOVD dstStep+8(FP), R1
	MOVD acc+16(FP), R2
	MOVD pixels+24(FP), R3
	MOVD q+32(FP), R4
	VLD1.P 64(R4), [V4.S4, V5.S4, V6.S4, V7.S4]     // multipliers
	VLD1.P 64(R4), [V16.S4, V17.S4, V18.S4, V19.S4] // shifts
	MOVW (R4), R5
	VDUP R5, V30.S4
	MOVW 4(R4), R5
	VDUP R5, V31.S4
	SXTLD(16, 8)
	SXTLD2(16, 9)
	SXTLD(17, 10)
	SXTLD2(17, 11)
	SXTLD(18, 12)
	SXTLD2(18, 13)
	SXTLD(19, 14)
	SXTLD2(19, 15)
	NEGD(8, 8)
	NEGD(9, 9)
	NEGD(10, 10)
	NEGD(11, 11)
	NEGD(12, 12)
	NEGD(13, 13)
	NEGD(14, 14)
	NEGD(15, 15)

pixel:
	VLD1.P 64(R2), [V0.S4, V1.S4, V2.S4, V3.S4]
	FOUR(0, 4, 8, 9)
	FOUR(1, 5, 10, 11)
	FOUR(2, 6, 12, 13)
	FOUR(3, 7, 14, 15)
	XTNH(0, 20)
	XTNH2(1, 20)
	XTNH(2, 21)
	XTNH2(3, 21)
	XTNB(20, 22)
	XTNB2(21, 22)
	VST1 [V22.B16], (R0)
	ADD  R1, R0, R0
	SUBS $1, R3, R3
	BNE  pixel
	RET
