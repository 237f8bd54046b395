package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/coder/websocket"

	wire "github.com/virtengine/virtengine/chain/client/gateway"
	"github.com/virtengine/virtengine/daemons/provider/backend"
)

func (g *Gateway) logs(w http.ResponseWriter, r *http.Request, id uint64) error {
	logger, ok := g.deps.Backend.(backend.Logger)
	if !ok {
		return errNotOffered
	}
	query, err := logQuery(r)
	if err != nil {
		return err
	}
	target, err := g.target(r, id)
	if err != nil {
		return err
	}
	return g.stream(w, r, id, func(ctx context.Context, conn *websocket.Conn) error {
		// Nothing is expected from the client but its going away.
		ctx = conn.CloseRead(ctx)
		return logger.Logs(ctx, target, query, func(line backend.LogLine) error {
			body, err := json.Marshal(wire.LogLine(line))
			if err != nil {
				return err
			}
			return write(ctx, conn, websocket.MessageText, body)
		})
	})
}

func logQuery(r *http.Request) (backend.LogQuery, error) {
	values := r.URL.Query()
	q := backend.LogQuery{Service: values.Get("service")}
	if text := values.Get("tail"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 {
			return q, fmt.Errorf("%w: tail %q, want a number of lines", errBadQuery, text)
		}
		q.Tail = n
	}
	if text := values.Get("follow"); text != "" {
		follow, err := strconv.ParseBool(text)
		if err != nil {
			return q, fmt.Errorf("%w: follow %q, want true or false", errBadQuery, text)
		}
		q.Follow = follow
	}
	return q, nil
}

// stream upgrades the request and runs serve until it ends, the client leaves, or the stream has lived long enough.
// Once the upgrade is done there is no other answer than the stream's own end.
func (g *Gateway) stream(w http.ResponseWriter, r *http.Request, id uint64, serve func(context.Context, *websocket.Conn) error) error {
	leave, err := g.streams.enter(id)
	if err != nil {
		return err
	}
	defer leave()
	// Same-origin check stays on: a browser page of somebody else cannot use a tenant's token anyway, but need not try.
	conn, err := websocket.Accept(w, r, nil)
	if err != nil {
		g.deps.Log.DebugContext(r.Context(), "no stream", "path", r.URL.Path, "error", err)
		return nil // Accept has answered
	}
	conn.SetReadLimit(1 << 20)
	ctx, cancel := context.WithTimeout(r.Context(), streamLife)
	defer cancel()
	code, reason := websocket.StatusNormalClosure, ""
	switch err := serve(ctx, conn); {
	case ctx.Err() != nil: // we stop, or it has lasted long enough: whoever follows is not to think that this was all
		code, reason = websocket.StatusGoingAway, "the stream was ended"
	case err != nil:
		_, problem := describe(err)
		code, reason = websocket.StatusInternalError, problem.Code
	}
	if err := conn.Close(code, reason); err != nil && !errors.Is(err, context.Canceled) {
		g.deps.Log.DebugContext(r.Context(), "stream ended", "path", r.URL.Path, "error", err)
	}
	return nil
}

func write(ctx context.Context, conn *websocket.Conn, kind websocket.MessageType, body []byte) error {
	ctx, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	return conn.Write(ctx, kind, body)
}
