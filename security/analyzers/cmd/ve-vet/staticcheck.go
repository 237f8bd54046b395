package main

import (
	"golang.org/x/tools/go/analysis"
	"honnef.co/go/tools/staticcheck/sa1001"
	"honnef.co/go/tools/staticcheck/sa1004"
	"honnef.co/go/tools/staticcheck/sa1005"
	"honnef.co/go/tools/staticcheck/sa1006"
	"honnef.co/go/tools/staticcheck/sa1008"
	"honnef.co/go/tools/staticcheck/sa1012"
	"honnef.co/go/tools/staticcheck/sa1013"
	"honnef.co/go/tools/staticcheck/sa1016"
	"honnef.co/go/tools/staticcheck/sa2000"
	"honnef.co/go/tools/staticcheck/sa2001"
	"honnef.co/go/tools/staticcheck/sa3000"
	"honnef.co/go/tools/staticcheck/sa4000"
	"honnef.co/go/tools/staticcheck/sa4003"
	"honnef.co/go/tools/staticcheck/sa4004"
	"honnef.co/go/tools/staticcheck/sa4011"
	"honnef.co/go/tools/staticcheck/sa4016"
	"honnef.co/go/tools/staticcheck/sa4020"
	"honnef.co/go/tools/staticcheck/sa4021"
	"honnef.co/go/tools/staticcheck/sa4022"
	"honnef.co/go/tools/staticcheck/sa4024"
	"honnef.co/go/tools/staticcheck/sa4025"
	"honnef.co/go/tools/staticcheck/sa4026"
	"honnef.co/go/tools/staticcheck/sa4027"
	"honnef.co/go/tools/staticcheck/sa4028"
	"honnef.co/go/tools/staticcheck/sa4029"
	"honnef.co/go/tools/staticcheck/sa4030"
	"honnef.co/go/tools/staticcheck/sa5001"
	"honnef.co/go/tools/staticcheck/sa5002"
	"honnef.co/go/tools/staticcheck/sa5003"
	"honnef.co/go/tools/staticcheck/sa5004"
	"honnef.co/go/tools/staticcheck/sa9001"
	"honnef.co/go/tools/staticcheck/sa9002"
	"honnef.co/go/tools/staticcheck/sa9004"
	"honnef.co/go/tools/staticcheck/sa9006"
	"honnef.co/go/tools/staticcheck/sa9009"
	"honnef.co/go/tools/staticcheck/sa9010"
)

// staticcheck are the checks of that project that find mistakes, not matters of style, and need no facts about other
// packages.
var staticcheck = []*analysis.Analyzer{
	sa1001.Analyzer, sa1004.Analyzer, sa1005.Analyzer, sa1006.Analyzer, sa1008.Analyzer, sa1012.Analyzer,
	sa1013.Analyzer, sa1016.Analyzer, sa2000.Analyzer, sa2001.Analyzer, sa3000.Analyzer, sa4000.Analyzer,
	sa4003.Analyzer, sa4004.Analyzer, sa4011.Analyzer, sa4016.Analyzer, sa4020.Analyzer, sa4021.Analyzer,
	sa4022.Analyzer, sa4024.Analyzer, sa4025.Analyzer, sa4026.Analyzer, sa4027.Analyzer, sa4028.Analyzer,
	sa4029.Analyzer, sa4030.Analyzer, sa5001.Analyzer, sa5002.Analyzer, sa5003.Analyzer, sa5004.Analyzer,
	sa9001.Analyzer, sa9002.Analyzer, sa9004.Analyzer, sa9006.Analyzer, sa9009.Analyzer, sa9010.Analyzer,
}
