//go:build !noasm

#include "textflag.h"

// The tiles of sets_arm64.go. A product and a sum are two instructions, each of which rounds; a fused instruction must not
// stand here. The assembler does not know the vector forms of FMUL and FADD, so they are given as words, with the
// registers in their fields: d is the result, n and m the operands, i the lane of m.

#define FMUL4(d, n, m, i) WORD $(0x4F809000 | (((i) & 1) << 21) | (((i) >> 1) << 11) | ((m) << 16) | ((n) << 5) | (d))
#define FADD4(d, n, m)    WORD $(0x4E20D400 | ((m) << 16) | ((n) << 5) | (d))
#define BELOW4(d, n)      WORD $(0x4EA0E800 | ((n) << 5) | (d))
#define CLEAR4(d, n, m)   WORD $(0x4E601C00 | ((m) << 16) | ((n) << 5) | (d))

#define ARGUMENTS \
	MOVD k+0(FP), R0     \
	MOVD a+8(FP), R1     \
	MOVD b+16(FP), R2    \
	MOVD offs+24(FP), R3 \
	MOVD c+32(FP), R4    \
	MOVD ldc+40(FP), R5  \
	MOVD how+48(FP), R6  \
	MOVD bias+56(FP), R7 \
	LSL  $2, R5, R5

// A row of a tile is four registers of four lanes: x to x+3. Columns are in V0 to V3, rows in V4.
#define TERM(i, x) \
	FMUL4(5, 0, 4, i)  \
	FMUL4(6, 1, 4, i)  \
	FMUL4(7, 2, 4, i)  \
	FMUL4(8, 3, 4, i)  \
	FADD4(x, x, 5)     \
	FADD4(x+1, x+1, 6) \
	FADD4(x+2, x+2, 7) \
	FADD4(x+3, x+3, 8)

#define BIAS(x) \
	FADD4(x, x, 4)     \
	FADD4(x+1, x+1, 4) \
	FADD4(x+2, x+2, 4) \
	FADD4(x+3, x+3, 4)

// What compares below zero is cleared: -0 and NaN do not.
#define RELU(x) \
	BELOW4(5, x)         \
	BELOW4(6, x+1)       \
	BELOW4(7, x+2)       \
	BELOW4(8, x+3)       \
	CLEAR4(x, x, 5)      \
	CLEAR4(x+1, x+1, 6)  \
	CLEAR4(x+2, x+2, 7)  \
	CLEAR4(x+3, x+3, 8)

// func tileNEONx4(k int, a, b *float32, offs *int, c *float32, ldc int, how int, bias *float32)
TEXT ·tileNEONx4(SB), NOSPLIT, $0-64
	ARGUMENTS
	TBNZ $0, R6, load
	VEOR V16.B16, V16.B16, V16.B16
	VEOR V17.B16, V17.B16, V17.B16
	VEOR V18.B16, V18.B16, V18.B16
	VEOR V19.B16, V19.B16, V19.B16
	VEOR V20.B16, V20.B16, V20.B16
	VEOR V21.B16, V21.B16, V21.B16
	VEOR V22.B16, V22.B16, V22.B16
	VEOR V23.B16, V23.B16, V23.B16
	VEOR V24.B16, V24.B16, V24.B16
	VEOR V25.B16, V25.B16, V25.B16
	VEOR V26.B16, V26.B16, V26.B16
	VEOR V27.B16, V27.B16, V27.B16
	VEOR V28.B16, V28.B16, V28.B16
	VEOR V29.B16, V29.B16, V29.B16
	VEOR V30.B16, V30.B16, V30.B16
	VEOR V31.B16, V31.B16, V31.B16
	B    loop

load:
	MOVD R4, R8
	VLD1 (R8), [V16.S4, V17.S4, V18.S4, V19.S4]
	ADD  R5, R8
	VLD1 (R8), [V20.S4, V21.S4, V22.S4, V23.S4]
	ADD  R5, R8
	VLD1 (R8), [V24.S4, V25.S4, V26.S4, V27.S4]
	ADD  R5, R8
	VLD1 (R8), [V28.S4, V29.S4, V30.S4, V31.S4]

loop:
	MOVD.P 8(R3), R9
	ADD    R9<<2, R2, R9
	VLD1   (R9), [V0.S4, V1.S4, V2.S4, V3.S4]
	VLD1.P 16(R1), [V4.S4]
	TERM(0, 16)
	TERM(1, 20)
	TERM(2, 24)
	TERM(3, 28)
	SUB    $1, R0
	CBNZ   R0, loop
	CBZ    R7, unbiased
	VLD1R.P 4(R7), [V4.S4]
	BIAS(16)
	VLD1R.P 4(R7), [V4.S4]
	BIAS(20)
	VLD1R.P 4(R7), [V4.S4]
	BIAS(24)
	VLD1R (R7), [V4.S4]
	BIAS(28)

unbiased:
	TBZ $1, R6, store
	RELU(16)
	RELU(20)
	RELU(24)
	RELU(28)

store:
	VST1 [V16.S4, V17.S4, V18.S4, V19.S4], (R4)
	ADD  R5, R4
	VST1 [V20.S4, V21.S4, V22.S4, V23.S4], (R4)
	ADD  R5, R4
	VST1 [V24.S4, V25.S4, V26.S4, V27.S4], (R4)
	ADD  R5, R4
	VST1 [V28.S4, V29.S4, V30.S4, V31.S4], (R4)
	RET

// func tileNEONx1(k int, a, b *float32, offs *int, c *float32, ldc int, how int, bias *float32)
TEXT ·tileNEONx1(SB), NOSPLIT, $0-64
	ARGUMENTS
	TBNZ $0, R6, load
	VEOR V16.B16, V16.B16, V16.B16
	VEOR V17.B16, V17.B16, V17.B16
	VEOR V18.B16, V18.B16, V18.B16
	VEOR V19.B16, V19.B16, V19.B16
	B    loop

load:
	VLD1 (R4), [V16.S4, V17.S4, V18.S4, V19.S4]

loop:
	MOVD.P  8(R3), R9
	ADD     R9<<2, R2, R9
	VLD1    (R9), [V0.S4, V1.S4, V2.S4, V3.S4]
	VLD1R.P 4(R1), [V4.S4]
	TERM(0, 16)
	SUB     $1, R0
	CBNZ    R0, loop
	CBZ     R7, unbiased
	VLD1R   (R7), [V4.S4]
	BIAS(16)

unbiased:
	TBZ $1, R6, store
	RELU(16)

store:
	VST1 [V16.S4, V17.S4, V18.S4, V19.S4], (R4)
	RET
