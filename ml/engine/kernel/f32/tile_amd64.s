//go:build !noasm

#include "textflag.h"

// The tiles of sets_amd64.go. A product (VMULPS) and a sum (VADDPS) are two instructions, each of which rounds; a fused
// instruction must not stand here. Registers:
//
//	CX terms left, SI packed rows, DI columns, R8 offsets, DX result, R9 bytes from row to row of it, R10 how, R11 bias

#define ARGUMENTS \
	MOVQ k+0(FP), CX      \
	MOVQ a+8(FP), SI      \
	MOVQ b+16(FP), DI     \
	MOVQ offs+24(FP), R8  \
	MOVQ c+32(FP), DX     \
	MOVQ ldc+40(FP), R9   \
	MOVQ how+48(FP), R10  \
	MOVQ bias+56(FP), R11 \
	SHLQ $2, R9

// AVX-512: a row of a tile is two registers of 16 lanes.

#define ZERO5(x, y) \
	VPXORD x, x, x \
	VPXORD y, y, y

#define LOAD5(x, y) \
	VMOVUPS (R12), x   \
	VMOVUPS 64(R12), y \
	ADDQ    R9, R12

#define STORE5(x, y) \
	VMOVUPS x, (R12)   \
	VMOVUPS y, 64(R12) \
	ADDQ    R9, R12

#define TERM5(at, x, y) \
	VMULPS.BCST at(SI), Z28, Z30 \
	VMULPS.BCST at(SI), Z29, Z31 \
	VADDPS      Z30, x, x        \
	VADDPS      Z31, y, y

#define BIAS5(at, x, y) \
	VADDPS.BCST at(R11), x, x \
	VADDPS.BCST at(R11), y, y

// Of a zero and x, VMAXPS gives x where neither is larger, and where x is no number: -0 and NaN stay.
#define RELU5(x, y) \
	VMAXPS x, Z30, x \
	VMAXPS y, Z30, y

// func tileAVX512x8(k int, a, b *float32, offs *int, c *float32, ldc int, how int, bias *float32)
TEXT ·tileAVX512x8(SB), NOSPLIT, $0-64
	ARGUMENTS
	TESTQ $1, R10
	JNZ   load
	ZERO5(Z0, Z1)
	ZERO5(Z2, Z3)
	ZERO5(Z4, Z5)
	ZERO5(Z6, Z7)
	ZERO5(Z8, Z9)
	ZERO5(Z10, Z11)
	ZERO5(Z12, Z13)
	ZERO5(Z14, Z15)
	JMP   loop

load:
	MOVQ DX, R12
	LOAD5(Z0, Z1)
	LOAD5(Z2, Z3)
	LOAD5(Z4, Z5)
	LOAD5(Z6, Z7)
	LOAD5(Z8, Z9)
	LOAD5(Z10, Z11)
	LOAD5(Z12, Z13)
	LOAD5(Z14, Z15)

loop:
	MOVQ    (R8), AX
	VMOVUPS (DI)(AX*4), Z28
	VMOVUPS 64(DI)(AX*4), Z29
	TERM5(0, Z0, Z1)
	TERM5(4, Z2, Z3)
	TERM5(8, Z4, Z5)
	TERM5(12, Z6, Z7)
	TERM5(16, Z8, Z9)
	TERM5(20, Z10, Z11)
	TERM5(24, Z12, Z13)
	TERM5(28, Z14, Z15)
	ADDQ    $8, R8
	ADDQ    $32, SI
	DECQ    CX
	JNZ     loop
	TESTQ   R11, R11
	JZ      unbiased
	BIAS5(0, Z0, Z1)
	BIAS5(4, Z2, Z3)
	BIAS5(8, Z4, Z5)
	BIAS5(12, Z6, Z7)
	BIAS5(16, Z8, Z9)
	BIAS5(20, Z10, Z11)
	BIAS5(24, Z12, Z13)
	BIAS5(28, Z14, Z15)

unbiased:
	TESTQ  $2, R10
	JZ     store
	VPXORD Z30, Z30, Z30
	RELU5(Z0, Z1)
	RELU5(Z2, Z3)
	RELU5(Z4, Z5)
	RELU5(Z6, Z7)
	RELU5(Z8, Z9)
	RELU5(Z10, Z11)
	RELU5(Z12, Z13)
	RELU5(Z14, Z15)

store:
	MOVQ DX, R12
	STORE5(Z0, Z1)
	STORE5(Z2, Z3)
	STORE5(Z4, Z5)
	STORE5(Z6, Z7)
	STORE5(Z8, Z9)
	STORE5(Z10, Z11)
	STORE5(Z12, Z13)
	STORE5(Z14, Z15)
	VZEROUPPER
	RET

// func tileAVX512x4(k int, a, b *float32, offs *int, c *float32, ldc int, how int, bias *float32)
TEXT ·tileAVX512x4(SB), NOSPLIT, $0-64
	ARGUMENTS
	TESTQ $1, R10
	JNZ   load
	ZERO5(Z0, Z1)
	ZERO5(Z2, Z3)
	ZERO5(Z4, Z5)
	ZERO5(Z6, Z7)
	JMP   loop

load:
	MOVQ DX, R12
	LOAD5(Z0, Z1)
	LOAD5(Z2, Z3)
	LOAD5(Z4, Z5)
	LOAD5(Z6, Z7)

loop:
	MOVQ    (R8), AX
	VMOVUPS (DI)(AX*4), Z28
	VMOVUPS 64(DI)(AX*4), Z29
	TERM5(0, Z0, Z1)
	TERM5(4, Z2, Z3)
	TERM5(8, Z4, Z5)
	TERM5(12, Z6, Z7)
	ADDQ    $8, R8
	ADDQ    $16, SI
	DECQ    CX
	JNZ     loop
	TESTQ   R11, R11
	JZ      unbiased
	BIAS5(0, Z0, Z1)
	BIAS5(4, Z2, Z3)
	BIAS5(8, Z4, Z5)
	BIAS5(12, Z6, Z7)

unbiased:
	TESTQ  $2, R10
	JZ     store
	VPXORD Z30, Z30, Z30
	RELU5(Z0, Z1)
	RELU5(Z2, Z3)
	RELU5(Z4, Z5)
	RELU5(Z6, Z7)

store:
	MOVQ DX, R12
	STORE5(Z0, Z1)
	STORE5(Z2, Z3)
	STORE5(Z4, Z5)
	STORE5(Z6, Z7)
	VZEROUPPER
	RET

// func tileAVX512x1(k int, a, b *float32, offs *int, c *float32, ldc int, how int, bias *float32)
TEXT ·tileAVX512x1(SB), NOSPLIT, $0-64
	ARGUMENTS
	TESTQ $1, R10
	JNZ   load
	ZERO5(Z0, Z1)
	JMP   loop

load:
	MOVQ DX, R12
	LOAD5(Z0, Z1)

loop:
	MOVQ    (R8), AX
	VMOVUPS (DI)(AX*4), Z28
	VMOVUPS 64(DI)(AX*4), Z29
	TERM5(0, Z0, Z1)
	ADDQ    $8, R8
	ADDQ    $4, SI
	DECQ    CX
	JNZ     loop
	TESTQ   R11, R11
	JZ      unbiased
	BIAS5(0, Z0, Z1)

unbiased:
	TESTQ  $2, R10
	JZ     store
	VPXORD Z30, Z30, Z30
	RELU5(Z0, Z1)

store:
	MOVQ DX, R12
	STORE5(Z0, Z1)
	VZEROUPPER
	RET

// AVX2: a row of a tile is two registers of 8 lanes.

#define ZERO2(x, y) \
	VXORPS x, x, x \
	VXORPS y, y, y

#define LOAD2(x, y) \
	VMOVUPS (R12), x   \
	VMOVUPS 32(R12), y \
	ADDQ    R9, R12

#define STORE2(x, y) \
	VMOVUPS x, (R12)   \
	VMOVUPS y, 32(R12) \
	ADDQ    R9, R12

#define TERM2(at, x, y) \
	VBROADCASTSS at(SI), Y13    \
	VMULPS       Y13, Y11, Y14  \
	VMULPS       Y13, Y12, Y15  \
	VADDPS       Y14, x, x      \
	VADDPS       Y15, y, y

#define BIAS2(at, x, y) \
	VBROADCASTSS at(R11), Y13 \
	VADDPS       Y13, x, x    \
	VADDPS       Y13, y, y

#define RELU2(x, y) \
	VMAXPS x, Y13, x \
	VMAXPS y, Y13, y

// func tileAVX2x4(k int, a, b *float32, offs *int, c *float32, ldc int, how int, bias *float32)
TEXT ·tileAVX2x4(SB), NOSPLIT, $0-64
	ARGUMENTS
	TESTQ $1, R10
	JNZ   load
	ZERO2(Y0, Y1)
	ZERO2(Y2, Y3)
	ZERO2(Y4, Y5)
	ZERO2(Y6, Y7)
	JMP   loop

load:
	MOVQ DX, R12
	LOAD2(Y0, Y1)
	LOAD2(Y2, Y3)
	LOAD2(Y4, Y5)
	LOAD2(Y6, Y7)

loop:
	MOVQ    (R8), AX
	VMOVUPS (DI)(AX*4), Y11
	VMOVUPS 32(DI)(AX*4), Y12
	TERM2(0, Y0, Y1)
	TERM2(4, Y2, Y3)
	TERM2(8, Y4, Y5)
	TERM2(12, Y6, Y7)
	ADDQ    $8, R8
	ADDQ    $16, SI
	DECQ    CX
	JNZ     loop
	TESTQ   R11, R11
	JZ      unbiased
	BIAS2(0, Y0, Y1)
	BIAS2(4, Y2, Y3)
	BIAS2(8, Y4, Y5)
	BIAS2(12, Y6, Y7)

unbiased:
	TESTQ  $2, R10
	JZ     store
	VXORPS Y13, Y13, Y13
	RELU2(Y0, Y1)
	RELU2(Y2, Y3)
	RELU2(Y4, Y5)
	RELU2(Y6, Y7)

store:
	MOVQ DX, R12
	STORE2(Y0, Y1)
	STORE2(Y2, Y3)
	STORE2(Y4, Y5)
	STORE2(Y6, Y7)
	VZEROUPPER
	RET

// func tileAVX2x1(k int, a, b *float32, offs *int, c *float32, ldc int, how int, bias *float32)
TEXT ·tileAVX2x1(SB), NOSPLIT, $0-64
	ARGUMENTS
	TESTQ $1, R10
	JNZ   load
	ZERO2(Y0, Y1)
	JMP   loop

load:
	MOVQ DX, R12
	LOAD2(Y0, Y1)

loop:
	MOVQ    (R8), AX
	VMOVUPS (DI)(AX*4), Y11
	VMOVUPS 32(DI)(AX*4), Y12
	TERM2(0, Y0, Y1)
	ADDQ    $8, R8
	ADDQ    $4, SI
	DECQ    CX
	JNZ     loop
	TESTQ   R11, R11
	JZ      unbiased
	BIAS2(0, Y0, Y1)

unbiased:
	TESTQ  $2, R10
	JZ     store
	VXORPS Y13, Y13, Y13
	RELU2(Y0, Y1)

store:
	MOVQ DX, R12
	STORE2(Y0, Y1)
	VZEROUPPER
	RET
