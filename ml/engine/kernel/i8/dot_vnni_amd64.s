//go:build !noasm

#include "textflag.h"

// Operands of every dot function, in the order of dotFunc. R8: step, R12: three steps, SI: activations, R9 and R10: taps,
// R11: groups, BX: weights, DX: what the sums start with, DI: where they go.
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

// One pixel and one group of four channels: x+128 as unsigned, times the weights of 16 outputs in Z30.
#define PIXEL(at, tmp, sum) \
	VPXORD.BCST at, Z31, tmp \
	VPDPBUSD Z30, tmp, sum

// func dot8VNNI(acc *int32, a *int8, step int, taps *int32, ntaps, groups int, w *int8, start *int32)
TEXT ·dot8VNNI(SB), NOSPLIT, $0-64
	OPERANDS
	MOVL      $0x80808080, AX
	VPBROADCASTD AX, Z31
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
	VMOVDQU32 (BX), Z30
	PIXEL((AX), Z16, Z0)
	PIXEL((AX)(R8*1), Z17, Z1)
	PIXEL((AX)(R8*2), Z18, Z2)
	PIXEL((AX)(R12*1), Z19, Z3)
	PIXEL((CX), Z20, Z4)
	PIXEL((CX)(R8*1), Z21, Z5)
	PIXEL((CX)(R8*2), Z22, Z6)
	PIXEL((CX)(R12*1), Z23, Z7)
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

// func dot4VNNI(acc *int32, a *int8, step int, taps *int32, ntaps, groups int, w *int8, start *int32)
TEXT ·dot4VNNI(SB), NOSPLIT, $0-64
	OPERANDS
	MOVL      $0x80808080, AX
	VPBROADCASTD AX, Z31
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
	VMOVDQU32 (BX), Z30
	PIXEL((AX), Z16, Z0)
	PIXEL((AX)(R8*1), Z17, Z1)
	PIXEL((AX)(R8*2), Z18, Z2)
	PIXEL((AX)(R12*1), Z19, Z3)
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

// func dot1VNNI(acc *int32, a *int8, step int, taps *int32, ntaps, groups int, w *int8, start *int32)
TEXT ·dot1VNNI(SB), NOSPLIT, $0-64
	OPERANDS
	MOVL      $0x80808080, AX
	VPBROADCASTD AX, Z31
	VMOVDQU32 (DX), Z0

tap1:
	MOVLQSX (R9), AX
	ADDQ    $4, R9
	ADDQ    SI, AX
	MOVQ    R11, R13

group1:
	VMOVDQU32 (BX), Z30
	PIXEL((AX), Z16, Z0)
	ADDQ $64, BX
	ADDQ $4, AX
	DECQ R13
	JNZ  group1
	DECQ R10
	JNZ  tap1
	VMOVDQU32 Z0, (DI)
	VZEROUPPER
	RET

// func peakVNNI(rounds int)
TEXT ·peakVNNI(SB), NOSPLIT, $0-8
	MOVQ rounds+0(FP), CX
	VPXORD Z30, Z30, Z30
	VPXORD Z31, Z31, Z31

loop:
	VPDPBUSD Z30, Z31, Z0
	VPDPBUSD Z30, Z31, Z1
	VPDPBUSD Z30, Z31, Z2
	VPDPBUSD Z30, Z31, Z3
	VPDPBUSD Z30, Z31, Z4
	VPDPBUSD Z30, Z31, Z5
	VPDPBUSD Z30, Z31, Z6
	VPDPBUSD Z30, Z31, Z7
	VPDPBUSD Z30, Z31, Z8
	VPDPBUSD Z30, Z31, Z9
	VPDPBUSD Z30, Z31, Z10
	VPDPBUSD Z30, Z31, Z11
	VPDPBUSD Z30, Z31, Z12
	VPDPBUSD Z30, Z31, Z13
	VPDPBUSD Z30, Z31, Z14
	VPDPBUSD Z30, Z31, Z15
	DECQ CX
	JNZ  loop
	VZEROUPPER
	RET
