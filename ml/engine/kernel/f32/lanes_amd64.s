//go:build !noasm

#include "textflag.h"

// func lanes8(op, n int, to, x, y *float32, a, b, c float32)
TEXT ·lanes8(SB), NOSPLIT, $0-52
	MOVQ         op+0(FP), AX
	MOVQ         n+8(FP), CX
	MOVQ         to+16(FP), DI
	MOVQ         x+24(FP), SI
	MOVQ         y+32(FP), DX
	VBROADCASTSS a+40(FP), Y1
	VBROADCASTSS b+44(FP), Y2
	VBROADCASTSS c+48(FP), Y3
	VXORPS       Y0, Y0, Y0
	CMPQ         AX, $1
	JEQ          clip
	CMPQ         AX, $2
	JEQ          add
	CMPQ         AX, $3
	JEQ          mul
	CMPQ         AX, $4
	JEQ          scale

	// Of a zero and x, VMAXPS gives x where neither is larger, and where x is no number: -0 and NaN stay.
relu:
	VMOVUPS (SI), Y4
	VMAXPS  Y4, Y0, Y4
	VMOVUPS Y4, (DI)
	ADDQ    $32, SI
	ADDQ    $32, DI
	SUBQ    $8, CX
	JNZ     relu
	VZEROUPPER
	RET

	// x stays where it equals a bound, but -0 must become a low of +0, which adding +0 does; that
	// changes no other number. Where low is no +0, equal numbers have equal bits, or the greater of two zeros is x.
clip:
	VMOVD   X1, BX
	TESTL   BX, BX
	JZ      clipzero

cliploop:
	VMOVUPS (SI), Y4
	VMAXPS  Y4, Y1, Y4
	VMINPS  Y4, Y2, Y4
	VMOVUPS Y4, (DI)
	ADDQ    $32, SI
	ADDQ    $32, DI
	SUBQ    $8, CX
	JNZ     cliploop
	VZEROUPPER
	RET

clipzero:
	VMOVUPS (SI), Y4
	VMAXPS  Y4, Y1, Y4
	VADDPS  Y0, Y4, Y4
	VMINPS  Y4, Y2, Y4
	VMOVUPS Y4, (DI)
	ADDQ    $32, SI
	ADDQ    $32, DI
	SUBQ    $8, CX
	JNZ     clipzero
	VZEROUPPER
	RET

add:
	VMOVUPS (SI), Y4
	VADDPS  (DX), Y4, Y4
	VMOVUPS Y4, (DI)
	ADDQ    $32, SI
	ADDQ    $32, DX
	ADDQ    $32, DI
	SUBQ    $8, CX
	JNZ     add
	VZEROUPPER
	RET

mul:
	VMOVUPS (SI), Y4
	VMULPS  (DX), Y4, Y4
	VMOVUPS Y4, (DI)
	ADDQ    $32, SI
	ADDQ    $32, DX
	ADDQ    $32, DI
	SUBQ    $8, CX
	JNZ     mul
	VZEROUPPER
	RET

scale:
	VMOVUPS (SI), Y4
	VSUBPS  Y1, Y4, Y4
	VMULPS  Y2, Y4, Y4
	VADDPS  Y3, Y4, Y4
	VMOVUPS Y4, (DI)
	ADDQ    $32, SI
	ADDQ    $32, DI
	SUBQ    $8, CX
	JNZ     scale
	VZEROUPPER
	RET
