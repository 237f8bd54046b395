package provider

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	provtypes "github.com/virtengine/virtengine/chain/x/provider/types"
	"github.com/virtengine/virtengine/daemons/provider/chainport"
	"github.com/virtengine/virtengine/daemons/provider/outbox"
	"github.com/virtengine/virtengine/daemons/provider/store"
)

const kindCertificate = "provider.certificate"

type certificate struct {
	DER []byte `json:"der"`
}

// PublishCertificate has the chain told which certificate our gateway shows, so that tenants know it is ours. Telling it again is
// harmless.
func (d *Daemon) PublishCertificate(der []byte) error {
	return d.deps.Store.Update(func(tx *store.Tx) error {
		_, err := d.Outbox.Put(tx, outbox.Op{ID: fmt.Sprintf("%s/%x", kindCertificate, sha256.Sum256(der)), Lane: "certificate", Kind: kindCertificate}, certificate{der})
		return err
	})
}

func (d *Daemon) publishCertificate(ctx context.Context, op outbox.Op) (outbox.Commit, error) {
	var c certificate
	if err := op.Decode(&c); err != nil {
		return nil, outbox.Permanent(err)
	}
	err := d.deps.Sender.Send(ctx, &provtypes.MsgPublishCertificate{Owner: d.deps.Provider, Der: c.DER})
	switch {
	case errors.Is(err, provtypes.ErrCertificateExists):
		return nil, nil
	case errors.Is(err, provtypes.ErrInvalidCertificate):
		return nil, outbox.Operator(err)
	}
	return nil, chainport.Failure(err)
}
