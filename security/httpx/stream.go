package httpx

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// past is a deadline that has been: it ends reads and writes under way.
var past = time.Unix(1, 0)

// Stream is for routes whose exchange has no natural end, such as logs, events and WebSockets. They have no Read and Write
// limits; their request's context ends after life, when the client goes, and at once when the server is to end. A
// connection that the handler did not take over is cut then, so that nothing hangs on a client that does not read. A
// handler bounds each single message. Fails with ErrConfig.
func Stream(life time.Duration, next http.Handler) (http.Handler, error) {
	if life <= 0 || next == nil {
		return nil, fmt.Errorf("%w: a stream of %s", ErrConfig, life)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), life)
		defer cancel()
		if x := exchangeOf(ctx); x != nil {
			x.late.Stop()
			defer context.AfterFunc(x.ending, cancel)()
		}
		conn := http.NewResponseController(w)
		for _, unlimited := range []func(time.Time) error{conn.SetReadDeadline, conn.SetWriteDeadline} {
			if err := unlimited(time.Time{}); err != nil {
				http.Error(w, "streams need a writer with deadlines: a middleware has no Unwrap: "+err.Error(), http.StatusInternalServerError)
				return
			}
		}
		over := make(chan struct{})
		stop := context.AfterFunc(ctx, func() {
			defer close(over)
			if a, ours := w.(*answer); ours && a.taken.Load() {
				return
			}
			for _, end := range []func(time.Time) error{conn.SetReadDeadline, conn.SetWriteDeadline} {
				if end(past) != nil {
					return // the connection has gone
				}
			}
		})
		defer func() {
			if !stop() {
				<-over // the writer is not used after the handler's end
			}
		}()
		next.ServeHTTP(w, r.WithContext(ctx))
	}), nil
}
