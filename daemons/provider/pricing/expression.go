package pricing

import (
	"fmt"
	"math"
	"math/big"
	"strings"

	sdkmath "cosmossdk.io/math"
	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"

	markettypes "github.com/virtengine/virtengine/chain/x/market/types"
	restypes "github.com/virtengine/virtengine/chain/x/resources/types"
	"github.com/virtengine/virtengine/security/safemath"
)

// Expressions are prices as expressions in CEL. Each gives uve, as an int, or as a double that is rounded up.
// They run inside the daemon, cannot reach anything but their variables, and are stopped when they cost too much:
//
//	cpu_milli, memory_bytes, storage_bytes, gpus, endpoints, replicas, units, window_blocks, block_ms, max_price   int
//	cores, memory_gib, storage_gib, block_hours                                                                    double
//	gpu_models   list(string), "vendor/model"      attributes   map(string, string), what the order demands
//	owner, auction ("open" or "fixed"), name       string
type Expressions struct {
	PerBlock string      `mapstructure:"per_block" yaml:"per_block"` // rent per block
	Metered  RateFormula `mapstructure:"metered" yaml:"metered"`
}

// RateFormula are expressions for what is used; empty: not asked.
type RateFormula struct {
	CPUCoreHour    string `mapstructure:"cpu_core_hour" yaml:"cpu_core_hour"`
	MemoryGiBHour  string `mapstructure:"memory_gib_hour" yaml:"memory_gib_hour"`
	StorageGiBHour string `mapstructure:"storage_gib_hour" yaml:"storage_gib_hour"`
	GPUHour        string `mapstructure:"gpu_hour" yaml:"gpu_hour"`
}

// costLimit bounds one evaluation in CEL's own unit, about one per operation: below a millisecond.
const costLimit = 50_000

type expressions struct {
	perBlock cel.Program
	metered  map[restypes.Component]cel.Program
	source   map[string]string
}

// NewExpressions compiles expressions. Fails with ErrPriceList, naming the field and the position in it.
func NewExpressions(x Expressions) (Pricer, error) {
	env, err := cel.NewEnv(
		cel.Variable("cpu_milli", cel.IntType), cel.Variable("memory_bytes", cel.IntType), cel.Variable("storage_bytes", cel.IntType),
		cel.Variable("gpus", cel.IntType), cel.Variable("endpoints", cel.IntType), cel.Variable("replicas", cel.IntType),
		cel.Variable("units", cel.IntType), cel.Variable("window_blocks", cel.IntType), cel.Variable("block_ms", cel.IntType),
		cel.Variable("max_price", cel.IntType), cel.Variable("cores", cel.DoubleType), cel.Variable("memory_gib", cel.DoubleType),
		cel.Variable("storage_gib", cel.DoubleType), cel.Variable("block_hours", cel.DoubleType),
		cel.Variable("gpu_models", cel.ListType(cel.StringType)), cel.Variable("attributes", cel.MapType(cel.StringType, cel.StringType)),
		cel.Variable("owner", cel.StringType), cel.Variable("auction", cel.StringType), cel.Variable("name", cel.StringType),
	)
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(x.PerBlock) == "" {
		return nil, fmt.Errorf("%w: pricing.expression.per_block is empty; write what a block costs in uve, for example 10 + cpu_milli / 100", ErrPriceList)
	}
	out := &expressions{metered: map[restypes.Component]cel.Program{}}
	if out.perBlock, err = compile(env, "per_block", x.PerBlock); err != nil {
		return nil, err
	}
	for _, m := range []struct {
		field, source string
		c             restypes.Component
	}{
		{"metered.cpu_core_hour", x.Metered.CPUCoreHour, restypes.ComponentCPU},
		{"metered.memory_gib_hour", x.Metered.MemoryGiBHour, restypes.ComponentMemory},
		{"metered.storage_gib_hour", x.Metered.StorageGiBHour, restypes.ComponentStorage},
		{"metered.gpu_hour", x.Metered.GPUHour, restypes.ComponentGPU},
	} {
		if strings.TrimSpace(m.source) == "" {
			continue
		}
		if out.metered[m.c], err = compile(env, m.field, m.source); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func compile(env *cel.Env, field, source string) (cel.Program, error) {
	ast, issues := env.Compile(source)
	if issues != nil && issues.Err() != nil {
		return nil, fmt.Errorf("%w: pricing.expression.%s: %w", ErrPriceList, field, issues.Err())
	}
	switch t := ast.OutputType(); {
	case t.IsExactType(cel.IntType), t.IsExactType(cel.UintType), t.IsExactType(cel.DoubleType), t.IsExactType(cel.DynType):
	default:
		return nil, fmt.Errorf("%w: pricing.expression.%s gives a %s; a number of uve is needed", ErrPriceList, field, t)
	}
	p, err := env.Program(ast, cel.CostLimit(costLimit), cel.EvalOptions(cel.OptOptimize))
	if err != nil {
		return nil, fmt.Errorf("%w: pricing.expression.%s: %w", ErrPriceList, field, err)
	}
	return p, nil
}

// Price implements Pricer.
func (x *expressions) Price(r Request) (markettypes.Price, error) {
	vars := variables(r)
	rent, err := evaluate("per_block", x.perBlock, vars)
	if err != nil {
		return markettypes.Price{}, err
	}
	p := markettypes.Price{PerBlock: rent}
	for _, c := range components {
		program, asked := x.metered[c]
		if !asked || held(c, r.Held) == 0 {
			continue
		}
		amount, err := evaluate("metered."+c.String(), program, vars)
		if err != nil {
			return markettypes.Price{}, err
		}
		if amount.IsPositive() {
			p.Metered = append(p.Metered, rate(c, new(big.Rat).SetInt(amount.BigInt())))
		}
	}
	return p, nil
}

func evaluate(field string, p cel.Program, vars map[string]any) (sdkmath.Int, error) {
	v, _, err := p.Eval(vars)
	if err != nil {
		return sdkmath.Int{}, fmt.Errorf("%w: %s: %w", ErrExpression, field, err)
	}
	switch n := v.(type) {
	case types.Int:
		if n >= 0 {
			return sdkmath.NewInt(int64(n)), nil
		}
	case types.Uint:
		return sdkmath.NewIntFromUint64(uint64(n)), nil
	case types.Double:
		if uve, err := safemath.FromFloat[int64](math.Ceil(float64(n))); err == nil && uve >= 0 && uve < 1<<53 { // beyond, a double has no single uve
			return sdkmath.NewInt(uve), nil
		}
	}
	return sdkmath.Int{}, fmt.Errorf("%w: %s gave %v; a price is a number of uve, zero or more", ErrExpression, field, v.Value())
}

func variables(r Request) map[string]any {
	spec := r.Order.Spec
	replicas := int64(0)
	for _, u := range spec.Units {
		replicas += int64(u.Count)
	}
	models := []string{}
	for _, g := range r.Held.Gpus {
		models = append(models, g.Vendor+"/"+g.Model)
	}
	attributes := map[string]string{}
	for _, a := range spec.Placement.Attributes {
		attributes[a.Key] = a.Value
	}
	ceiling := int64(math.MaxInt64)
	if spec.MaxPrice.IsInt64() {
		ceiling = spec.MaxPrice.Int64()
	}
	kind := "open"
	if spec.Auction == markettypes.AuctionFixed {
		kind = "fixed"
	}
	return map[string]any{
		"cpu_milli": toInt(r.Held.CpuMilli), "memory_bytes": toInt(r.Held.MemoryBytes), "storage_bytes": toInt(r.Held.StorageBytes),
		"gpus": toInt(held(restypes.ComponentGPU, r.Held)), "endpoints": int64(r.Held.Endpoints), "replicas": replicas,
		"units": int64(len(spec.Units)), "window_blocks": int64(spec.WindowBlocks), "block_ms": toInt(r.BlockMs), "max_price": ceiling,
		"cores": float64(r.Held.CpuMilli) / 1000, "memory_gib": float64(r.Held.MemoryBytes) / (1 << 30),
		"storage_gib": float64(r.Held.StorageBytes) / (1 << 30), "block_hours": float64(r.BlockMs) / 3_600_000,
		"gpu_models": models, "attributes": attributes, "owner": r.Order.Owner, "auction": kind, "name": spec.Name,
	}
}

// toInt keeps a quantity within CEL's int. No order holds more than that.
func toInt(n uint64) int64 { return int64(min(n, math.MaxInt64)) }
