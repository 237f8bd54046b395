// Package broadcast sends transactions and tells what became of them.
//
// Transactions are unordered: they carry a deadline instead of a sequence number. So there is no sequence to lose, any
// number may be under way at once, and every fate is known in the end: in a block, or, once a block is younger than
// the deadline, never.
package broadcast

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"cosmossdk.io/math"
	"github.com/cosmos/cosmos-sdk/crypto/keyring"
	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	gogogrpc "github.com/cosmos/gogoproto/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/virtengine/virtengine/chain/client/codec"
	"github.com/virtengine/virtengine/chain/client/comet"
)

// Sender sends messages, all or none, and waits for their fate. Safe for concurrent use.
type Sender interface {
	// Send fails with Rejected, ErrFunds, ErrFeeTooHigh, ErrUnavailable or, where the context ended first, UnknownOutcome.
	Send(ctx context.Context, msgs ...sdk.Msg) (Receipt, error)
}

// Config of a lane. All but GasFactor, MaxFee and Lifetime are required.
type Config struct {
	Pool     *comet.Pool
	Queries  gogogrpc.ClientConn
	Codec    codec.Codec
	Keyring  keyring.Keyring
	From     string // name of the key
	ChainID  string
	GasPrice sdk.DecCoin
	// GasFactor is what simulated gas is multiplied by, in thousandths; 0: 1300.
	GasFactor uint64
	// MaxFee is the most that one transaction may cost; nil: no cap.
	MaxFee math.Int
	// Lifetime of a transaction that does not get into a block; 0: two minutes, at most maxLifetime.
	Lifetime time.Duration
}

const (
	defaultGasFactor = 1300
	defaultLifetime  = 2 * time.Minute
	// maxLifetime stays below the chain's own limit of ten minutes after its last block.
	maxLifetime = 9 * time.Minute
)

// Lane sends with one key.
type Lane struct {
	cfg    Config
	from   sdk.AccAddress
	key    *keyring.Record
	blocks blocks

	mu           sync.Mutex
	number       *uint64 // of the account
	lastDeadline time.Time
}

var _ Sender = (*Lane)(nil)

// New opens the key. It does not ask the chain for anything.
func New(cfg Config) (*Lane, error) {
	if cfg.Pool == nil || cfg.Queries == nil || cfg.Codec.Tx == nil || cfg.Keyring == nil {
		return nil, errors.New("broadcast: pool, queries, codec and keyring are required")
	}
	if cfg.From == "" || cfg.ChainID == "" {
		return nil, errors.New("broadcast: a key's name and the chain id are required")
	}
	if err := cfg.GasPrice.Validate(); err != nil {
		return nil, fmt.Errorf("broadcast: gas price: %w", err)
	}
	if cfg.GasFactor == 0 {
		cfg.GasFactor = defaultGasFactor
	}
	if cfg.GasFactor < 1000 {
		return nil, fmt.Errorf("broadcast: gas factor %d/1000 is below what simulation measures", cfg.GasFactor)
	}
	if cfg.Lifetime == 0 {
		cfg.Lifetime = defaultLifetime
	}
	if cfg.Lifetime < 0 || cfg.Lifetime > maxLifetime {
		return nil, fmt.Errorf("broadcast: a lifetime of %s, at most %s is possible", cfg.Lifetime, maxLifetime)
	}
	key, err := cfg.Keyring.Key(cfg.From)
	if err != nil {
		return nil, fmt.Errorf("broadcast: key %q: %w", cfg.From, err)
	}
	from, err := key.GetAddress()
	if err != nil {
		return nil, fmt.Errorf("broadcast: key %q: %w", cfg.From, err)
	}
	return &Lane{cfg: cfg, from: from, key: key, blocks: blocks{pool: cfg.Pool}}, nil
}

// Address is the key's.
func (l *Lane) Address() sdk.AccAddress { return l.from }

// Send implements Sender.
func (l *Lane) Send(ctx context.Context, msgs ...sdk.Msg) (Receipt, error) {
	if len(msgs) == 0 {
		return Receipt{}, errors.New("broadcast: no message is given")
	}
	number, err := l.accountNumber(ctx)
	if err != nil {
		return Receipt{}, err
	}
	chain, err := l.cfg.Pool.Status(ctx)
	if err != nil {
		return Receipt{}, err
	}
	expires, err := l.deadline(chain)
	if err != nil {
		return Receipt{}, err
	}
	d := draft{lane: l, number: number, expires: expires, msgs: msgs}
	raw, hash, err := d.finish(ctx, chain.Height)
	if err != nil {
		return Receipt{}, err
	}
	if err := l.hand(ctx, raw, hash); err != nil {
		return Receipt{}, err
	}
	return l.await(ctx, hash, chain.Height, expires)
}

// Resolve waits for the fate of a transaction that was left. Fails as Send does.
func (l *Lane) Resolve(ctx context.Context, u *UnknownOutcome) (Receipt, error) {
	hash, err := parseHash(u.TxHash)
	if err != nil {
		return Receipt{}, err
	}
	return l.await(ctx, hash, u.After, u.Expires)
}

// accountNumber asks once: it never changes.
func (l *Lane) accountNumber(ctx context.Context) (uint64, error) {
	l.mu.Lock()
	known := l.number
	l.mu.Unlock()
	if known != nil {
		return *known, nil
	}
	r, err := authtypes.NewQueryClient(l.cfg.Queries).AccountInfo(ctx, &authtypes.QueryAccountInfoRequest{Address: l.from.String()})
	if status.Code(err) == codes.NotFound {
		return 0, fmt.Errorf("%w: %s never received any", ErrFunds, l.from)
	}
	if err != nil {
		return 0, unavailable(ctx, fmt.Errorf("account %s: %w", l.from, err))
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.number = &r.Info.AccountNumber
	return r.Info.AccountNumber, nil
}

// deadline is a time no other transaction of this lane has: the chain tells them apart by it.
func (l *Lane) deadline(chain comet.Status) (time.Time, error) {
	now := time.Now()
	if chain.Time.After(now) {
		now = chain.Time
	}
	expires := now.Add(l.cfg.Lifetime)
	// The chain measures from its last block, which may be old.
	if latest := chain.Time.Add(maxLifetime); expires.After(latest) {
		expires = latest
	}
	if !expires.After(now.Add(l.cfg.Lifetime / 4)) {
		return time.Time{}, fmt.Errorf("%w: its last block, %d, is of %s, which is %s ago by this machine's clock", ErrUnavailable,
			chain.Height, chain.Time.Format(time.RFC3339), now.Sub(chain.Time).Round(time.Second))
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if !expires.After(l.lastDeadline) {
		expires = l.lastDeadline.Add(time.Nanosecond)
	}
	l.lastDeadline = expires
	return expires.UTC(), nil
}

// unavailable keeps what the context says, and calls every other failure to ask what it is.
func unavailable(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if errors.Is(err, ErrUnavailable) || errors.Is(err, comet.ErrWrongChain) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrUnavailable, err)
}
