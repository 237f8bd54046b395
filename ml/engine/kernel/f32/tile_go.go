package f32

// tile1Go is one row of 16 columns, eight at a time: so many sums, and what they are made of, fit into the registers of
// every architecture.
func tile1Go(k int, a, b []float32, offs []int, c []float32, _ int, how int, bias []float32) {
	a, offs = a[:k], offs[:k]
	for j := 0; j < 16; j += 8 {
		u := c[j : j+8 : j+8]
		var s0, s1, s2, s3, s4, s5, s6, s7 float32
		if how&from != 0 {
			s0, s1, s2, s3, s4, s5, s6, s7 = u[0], u[1], u[2], u[3], u[4], u[5], u[6], u[7]
		}
		for p, o := range offs {
			x, q := a[p], (*[8]float32)(b[o+j:]) // an array: one check of bounds for all
			s0 = float32(s0 + float32(x*q[0]))
			s1 = float32(s1 + float32(x*q[1]))
			s2 = float32(s2 + float32(x*q[2]))
			s3 = float32(s3 + float32(x*q[3]))
			s4 = float32(s4 + float32(x*q[4]))
			s5 = float32(s5 + float32(x*q[5]))
			s6 = float32(s6 + float32(x*q[6]))
			s7 = float32(s7 + float32(x*q[7]))
		}
		u[0], u[1], u[2], u[3], u[4], u[5], u[6], u[7] = s0, s1, s2, s3, s4, s5, s6, s7
	}
	finishGo(c[:16], how, bias)
}

// finishGo adds a row's bias and cuts off what is below zero; -0 is not.
func finishGo(row []float32, how int, bias []float32) {
	if bias != nil {
		for i, v := range row {
			row[i] = float32(v + bias[0])
		}
	}
	if how&relu != 0 {
		for i, v := range row {
			if v < 0 {
				row[i] = 0
			}
		}
	}
}
