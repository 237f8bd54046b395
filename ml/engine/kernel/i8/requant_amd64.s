//go:build !noasm

#include "textflag.h"

// Scale: multiplier at 0, shift at 64, lo at 128, hi at 132. Sum: a, b, half, shift, lo, hi, four bytes each.

// func requantAVX512(dst *int8, dstStep int, acc *int32, pixels int, q *Scale)
//
// Products of even and of odd outputs in 64 bits; half is added, one taken off below zero (where there is a shift at all), and an
// arithmetic shift rounds to the nearest, halves away from zero. The results fit 32 bits: the loader has proven it.
TEXT ·requantAVX512(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), DI
	MOVQ dstStep+8(FP), R8
	MOVQ acc+16(FP), SI
	MOVQ pixels+24(FP), CX
	MOVQ q+32(FP), DX
	VMOVDQU32 (DX), Z16            // multipliers of even outputs
	VPSRLQ    $32, Z16, Z17        // of odd ones
	VMOVDQU32 64(DX), Z18
	VPSRLQ    $32, Z18, Z19        // shifts of odd outputs
	VPSLLQ    $32, Z18, Z18
	VPSRLQ    $32, Z18, Z18        // of even ones
	VPTESTMQ  Z18, Z18, K1         // where there is a shift
	VPTESTMQ  Z19, Z19, K2
	VPTERNLOGD $0xff, Z20, Z20, Z20
	VPSRLQ    $63, Z20, Z21        // ones
	VPADDQ    Z20, Z18, Z22
	VPSLLVQ   Z22, Z21, Z22        // halves; none for a shift of 0, whose count is too large
	VPADDQ    Z20, Z19, Z23
	VPSLLVQ   Z23, Z21, Z23
	VPBROADCASTD 128(DX), Z24
	VPBROADCASTD 132(DX), Z25
	MOVL      $0xaaaa, AX
	KMOVW     AX, K3

pixel:
	VMOVDQU32 (SI), Z0
	VPSRLQ    $32, Z0, Z1
	VPMULDQ   Z16, Z0, Z0
	VPMULDQ   Z17, Z1, Z1
	VPSRAQ.Z  $63, Z0, K1, Z2
	VPSRAQ.Z  $63, Z1, K2, Z3
	VPADDQ    Z22, Z0, Z0
	VPADDQ    Z23, Z1, Z1
	VPADDQ    Z2, Z0, Z0
	VPADDQ    Z3, Z1, Z1
	VPSRAVQ   Z18, Z0, Z0
	VPSRAVQ   Z19, Z1, Z1
	VPSLLQ    $32, Z1, Z1
	VMOVDQA32 Z1, K3, Z0
	VPMAXSD   Z24, Z0, Z0
	VPMINSD   Z25, Z0, Z0
	VPMOVDB   Z0, (DI)
	ADDQ      $64, SI
	ADDQ      R8, DI
	DECQ      CX
	JNZ       pixel
	VZEROUPPER
	RET

// Eight outputs: magnitudes are multiplied, rounded and shifted, and get their sign back.
#define EIGHT(at, even, odd, halfEven, halfOdd, shiftEven, shiftOdd, out) \
	VMOVDQU at, Y0 \
	VPABSD  Y0, Y1 \
	VPSRLQ  $32, Y1, Y2 \
	VPMULUDQ even, Y1, Y1 \
	VPMULUDQ odd, Y2, Y2 \
	VPADDQ  halfEven, Y1, Y1 \
	VPADDQ  halfOdd, Y2, Y2 \
	VPSRLVQ shiftEven, Y1, Y1 \
	VPSRLVQ shiftOdd, Y2, Y2 \
	VPSLLQ  $32, Y2, Y2 \
	VPBLENDD $0xaa, Y2, Y1, Y1 \
	VPSIGND Y0, Y1, out

// Constants of eight outputs, from offset on, over all the pixels: there are too few registers for sixteen.
#define CONSTANTS(offset, offsetShift) \
	VMOVDQU offset(DX), Y4 \
	VPSRLQ  $32, Y4, Y5 \
	VMOVDQU offsetShift(DX), Y6 \
	VPSRLQ  $32, Y6, Y7 \
	VPSLLQ  $32, Y6, Y6 \
	VPSRLQ  $32, Y6, Y6 \
	VPCMPEQD Y8, Y8, Y8 \
	VPSRLQ  $63, Y8, Y9 \
	VPADDQ  Y8, Y6, Y10 \
	VPSLLVQ Y10, Y9, Y10 \
	VPADDQ  Y8, Y7, Y11 \
	VPSLLVQ Y11, Y9, Y11

// Clamps eight numbers and stores them as bytes.
#define STORE \
	VPMAXSD Y12, Y1, Y1 \
	VPMINSD Y13, Y1, Y1 \
	VEXTRACTI128 $1, Y1, X2 \
	VPACKSSDW X2, X1, X1 \
	VPACKSSWB X1, X1, X1 \
	VMOVQ X1, (DI)

// func requantAVX2(dst *int8, dstStep int, acc *int32, pixels int, q *Scale)
TEXT ·requantAVX2(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), DI
	MOVQ dstStep+8(FP), R8
	MOVQ acc+16(FP), SI
	MOVQ pixels+24(FP), CX
	MOVQ q+32(FP), DX
	VPBROADCASTD 128(DX), Y12
	VPBROADCASTD 132(DX), Y13
	CONSTANTS(0, 64)

low:
	EIGHT((SI), Y4, Y5, Y10, Y11, Y6, Y7, Y1)
	STORE
	ADDQ $64, SI
	ADDQ R8, DI
	DECQ CX
	JNZ  low
	MOVQ dst+0(FP), DI
	ADDQ $8, DI
	MOVQ acc+16(FP), SI
	ADDQ $32, SI
	MOVQ pixels+24(FP), CX
	CONSTANTS(32, 96)

high:
	EIGHT((SI), Y4, Y5, Y10, Y11, Y6, Y7, Y1)
	STORE
	ADDQ $64, SI
	ADDQ R8, DI
	DECQ CX
	JNZ  high
	VZEROUPPER
	RET

// func addAVX512(dst, a, b *int8, n int, s *Sum)
TEXT ·addAVX512(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), DI
	MOVQ a+8(FP), SI
	MOVQ b+16(FP), BX
	MOVQ n+24(FP), CX
	MOVQ s+32(FP), DX
	VPBROADCASTD (DX), Z16
	VPBROADCASTD 4(DX), Z17
	VPBROADCASTD 8(DX), Z18
	VMOVD        12(DX), X19
	VPBROADCASTD 16(DX), Z20
	VPBROADCASTD 20(DX), Z21

sixteen:
	VPMOVSXBD (SI), Z0
	VPMOVSXBD (BX), Z1
	VPMULLD   Z16, Z0, Z0
	VPMULLD   Z17, Z1, Z1
	VPADDD    Z1, Z0, Z0
	VPABSD    Z0, Z1
	VPADDD    Z18, Z1, Z1
	VPSRLD    X19, Z1, Z1
	VPMOVD2M  Z0, K1          // below zero
	VPXORD    Z2, Z2, Z2
	VPSUBD    Z1, Z2, K1, Z1
	VPMAXSD   Z20, Z1, Z1
	VPMINSD   Z21, Z1, Z1
	VPMOVDB   Z1, (DI)
	ADDQ      $16, SI
	ADDQ      $16, BX
	ADDQ      $16, DI
	SUBQ      $16, CX
	JNZ       sixteen
	VZEROUPPER
	RET

// func addAVX2(dst, a, b *int8, n int, s *Sum)
TEXT ·addAVX2(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), DI
	MOVQ a+8(FP), SI
	MOVQ b+16(FP), BX
	MOVQ n+24(FP), CX
	MOVQ s+32(FP), DX
	VPBROADCASTD (DX), Y4
	VPBROADCASTD 4(DX), Y5
	VPBROADCASTD 8(DX), Y6
	VMOVD        12(DX), X7
	VPBROADCASTD 16(DX), Y12
	VPBROADCASTD 20(DX), Y13

eight:
	VPMOVSXBD (SI), Y0
	VPMOVSXBD (BX), Y1
	VPMULLD   Y4, Y0, Y0
	VPMULLD   Y5, Y1, Y1
	VPADDD    Y1, Y0, Y0
	VPABSD    Y0, Y1
	VPADDD    Y6, Y1, Y1
	VPSRLD    X7, Y1, Y1
	VPSIGND   Y0, Y1, Y1
	STORE
	ADDQ      $8, SI
	ADDQ      $8, BX
	ADDQ      $8, DI
	SUBQ      $8, CX
	JNZ       eight
	VZEROUPPER
	RET
