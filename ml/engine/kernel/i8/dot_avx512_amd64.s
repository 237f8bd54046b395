//go:build !noasm

#include "textflag.h"

#define OPERANDS \
	MOVQ acc+0(FP), DI    \
	MOVQ a+8(FP), SI      \
	MOVQ step+16(FP), R8  \
	MOVQ taps+24(FP), R9  \
	MOVQ ntaps+32(FP), R10 \
	MOVQ groups+40(FP), R11 \
	MOVQ w+48(FP), BX     \
	MOVQ start+56(FP), DX \
	LEAQ (R8)(R8*2), R12

// Channels 0 and 2 of each group as int16 in even, 1 and 3 in odd.
#define HALVES(all, even, odd) \
	VPSRAW $8, all, odd  \
	VPSLLW $8, all, even \
	VPSRAW $8, even, even

#define WEIGHTS \
	VMOVDQU32 (BX), Z28 \
	HALVES(Z28, Z30, Z31)

#define PIXEL(at, sum) \
	VPBROADCASTD at, Z16 \
	HALVES(Z16, Z17, Z18) \
	VPMADDWD Z30, Z17, Z17 \
	VPMADDWD Z31, Z18, Z18 \
	VPADDD Z17, sum, sum \
	VPADDD Z18, sum, sum

// func dot8AVX512(acc *int32, a *int8, step int, taps *int32, ntaps, groups int, w *int8, start *int32)
TEXT ·dot8AVX512(SB), NOSPLIT, $0-64
	OPERANDS
	VMOVDQU32 (DX), Z0
	VMOVDQA32 Z0, Z1
	VMOVDQA32 Z0, Z2
	VMOVDQA32 Z0, Z3
	VMOVDQA32 Z0, Z4
	VMOVDQA32 Z0, Z5
	VMOVDQA32 Z0, Z6
	VMOVDQA32 Z0, Z7

tap8:
	MOVLQSX (R9), AX
	ADDQ    $4, R9
	ADDQ    SI, AX
	LEAQ    (AX)(R8*4), CX
	MOVQ    R11, R13

group8:
	WEIGHTS
	PIXEL((AX), Z0)
	PIXEL((AX)(R8*1), Z1)
	PIXEL((AX)(R8*2), Z2)
	PIXEL((AX)(R12*1), Z3)
	PIXEL((CX), Z4)
	PIXEL((CX)(R8*1), Z5)
	PIXEL((CX)(R8*2), Z6)
	PIXEL((CX)(R12*1), Z7)
	ADDQ $64, BX
	ADDQ $4, AX
	ADDQ $4, CX
	DECQ R13
	JNZ  group8
	DECQ R10
	JNZ  tap8
	VMOVDQU32 Z0, (DI)
	VMOVDQU32 Z1, 64(DI)
	VMOVDQU32 Z2, 128(DI)
	VMOVDQU32 Z3, 192(DI)
	VMOVDQU32 Z4, 256(DI)
	VMOVDQU32 Z5, 320(DI)
	VMOVDQU32 Z6, 384(DI)
	VMOVDQU32 Z7, 448(DI)
	VZEROUPPER
	RET

// func dot4AVX512(acc *int32, a *int8, step int, taps *int32, ntaps, groups int, w *int8, start *int32)
TEXT ·dot4AVX512(SB), NOSPLIT, $0-64
	OPERANDS
	VMOVDQU32 (DX), Z0
	VMOVDQA32 Z0, Z1
	VMOVDQA32 Z0, Z2
	VMOVDQA32 Z0, Z3

tap4:
	MOVLQSX (R9), AX
	ADDQ    $4, R9
	ADDQ    SI, AX
	MOVQ    R11, R13

group4:
	WEIGHTS
	PIXEL((AX), Z0)
	PIXEL((AX)(R8*1), Z1)
	PIXEL((AX)(R8*2), Z2)
	PIXEL((AX)(R12*1), Z3)
	ADDQ $64, BX
	ADDQ $4, AX
	DECQ R13
	JNZ  group4
	DECQ R10
	JNZ  tap4
	VMOVDQU32 Z0, (DI)
	VMOVDQU32 Z1, 64(DI)
	VMOVDQU32 Z2, 128(DI)
	VMOVDQU32 Z3, 192(DI)
	VZEROUPPER
	RET

// func dot1AVX512(acc *int32, a *int8, step int, taps *int32, ntaps, groups int, w *int8, start *int32)
TEXT ·dot1AVX512(SB), NOSPLIT, $0-64
	OPERANDS
	VMOVDQU32 (DX), Z0

tap1:
	MOVLQSX (R9), AX
	ADDQ    $4, R9
	ADDQ    SI, AX
	MOVQ    R11, R13

group1:
	WEIGHTS
	PIXEL((AX), Z0)
	ADDQ $64, BX
	ADDQ $4, AX
	DECQ R13
	JNZ  group1
	DECQ R10
	JNZ  tap1
	VMOVDQU32 Z0, (DI)
	VZEROUPPER
	RET
