//go:build !noasm

#include "textflag.h"

#define OPERANDS \
	MOVQ acc+0(FP), DI    \
	MOVQ a+8(FP), SI      \
	MOVQ step+16(FP), R8  \
	MOVQ taps+24(FP), R9  \
	MOVQ ntaps+32(FP), R10 \
	MOVQ w+40(FP), BX     \
	MOVQ start+48(FP), DX \
	LEAQ (R8)(R8*2), R12

// A channel as int32 is its int16 beside the sign; the weight stands beside a zero: VPMADDWD is their product.
#define WIDE(at, tmp, weight, sum) \
	VPMOVSXBD at, tmp \
	VPMADDWD weight, tmp, tmp \
	VPADDD tmp, sum, sum

// func depth4AVX512(acc *int32, a *int8, step int, taps *int32, ntaps int, w *int32, start *int32)
TEXT ·depth4AVX512(SB), NOSPLIT, $0-56
	OPERANDS
	VMOVDQU32 (DX), Z0
	VMOVDQA32 Z0, Z1
	VMOVDQA32 Z0, Z2
	VMOVDQA32 Z0, Z3

tap:
	MOVLQSX (R9), AX
	ADDQ    $4, R9
	ADDQ    SI, AX
	VMOVDQU32 (BX), Z30
	ADDQ    $64, BX
	WIDE((AX), Z16, Z30, Z0)
	WIDE((AX)(R8*1), Z17, Z30, Z1)
	WIDE((AX)(R8*2), Z18, Z30, Z2)
	WIDE((AX)(R12*1), Z19, Z30, Z3)
	DECQ R10
	JNZ  tap
	VMOVDQU32 Z0, (DI)
	VMOVDQU32 Z1, 64(DI)
	VMOVDQU32 Z2, 128(DI)
	VMOVDQU32 Z3, 192(DI)
	VZEROUPPER
	RET

// func depth1AVX512(acc *int32, a *int8, step int, taps *int32, ntaps int, w *int32, start *int32)
TEXT ·depth1AVX512(SB), NOSPLIT, $0-56
	OPERANDS
	VMOVDQU32 (DX), Z0

tap:
	MOVLQSX (R9), AX
	ADDQ    $4, R9
	ADDQ    SI, AX
	VMOVDQU32 (BX), Z30
	ADDQ    $64, BX
	WIDE((AX), Z16, Z30, Z0)
	DECQ R10
	JNZ  tap
	VMOVDQU32 Z0, (DI)
	VZEROUPPER
	RET

// func depth4AVX2(acc *int32, a *int8, step int, taps *int32, ntaps int, w *int32, start *int32)
TEXT ·depth4AVX2(SB), NOSPLIT, $0-56
	OPERANDS
	VMOVDQU (DX), Y0
	VMOVDQU 32(DX), Y1
	VMOVDQA Y0, Y2
	VMOVDQA Y1, Y3
	VMOVDQA Y0, Y4
	VMOVDQA Y1, Y5
	VMOVDQA Y0, Y6
	VMOVDQA Y1, Y7

tap:
	MOVLQSX (R9), AX
	ADDQ    $4, R9
	ADDQ    SI, AX
	VMOVDQU (BX), Y14
	VMOVDQU 32(BX), Y15
	ADDQ    $64, BX
	WIDE((AX), Y8, Y14, Y0)
	WIDE(8(AX), Y9, Y15, Y1)
	WIDE((AX)(R8*1), Y10, Y14, Y2)
	WIDE(8(AX)(R8*1), Y11, Y15, Y3)
	WIDE((AX)(R8*2), Y8, Y14, Y4)
	WIDE(8(AX)(R8*2), Y9, Y15, Y5)
	WIDE((AX)(R12*1), Y10, Y14, Y6)
	WIDE(8(AX)(R12*1), Y11, Y15, Y7)
	DECQ R10
	JNZ  tap
	VMOVDQU Y0, (DI)
	VMOVDQU Y1, 32(DI)
	VMOVDQU Y2, 64(DI)
	VMOVDQU Y3, 96(DI)
	VMOVDQU Y4, 128(DI)
	VMOVDQU Y5, 160(DI)
	VMOVDQU Y6, 192(DI)
	VMOVDQU Y7, 224(DI)
	VZEROUPPER
	RET

// func depth1AVX2(acc *int32, a *int8, step int, taps *int32, ntaps int, w *int32, start *int32)
TEXT ·depth1AVX2(SB), NOSPLIT, $0-56
	OPERANDS
	VMOVDQU (DX), Y0
	VMOVDQU 32(DX), Y1

tap:
	MOVLQSX (R9), AX
	ADDQ    $4, R9
	ADDQ    SI, AX
	VMOVDQU (BX), Y14
	VMOVDQU 32(BX), Y15
	ADDQ    $64, BX
	WIDE((AX), Y8, Y14, Y0)
	WIDE(8(AX), Y9, Y15, Y1)
	DECQ R10
	JNZ  tap
	VMOVDQU Y0, (DI)
	VMOVDQU Y1, 32(DI)
	VZEROUPPER
	RET

// func maxAVX2(dst *int8, a *int8, taps *int32, ntaps int)
TEXT ·maxAVX2(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), DI
	MOVQ a+8(FP), SI
	MOVQ taps+16(FP), R9
	MOVQ ntaps+24(FP), R10
	MOVL $0x80808080, AX
	VMOVD AX, X0
	VPBROADCASTD X0, X0

tap:
	MOVLQSX (R9), AX
	ADDQ    $4, R9
	VPMAXSB (SI)(AX*1), X0, X0
	DECQ    R10
	JNZ     tap
	VMOVDQU X0, (DI)
	VZEROUPPER
	RET
