package vault

import (
	"context"
	"time"

	"github.com/virtengine/virtengine/security/secret"
)

// session is a token and what is known about its life.
type session struct {
	token     secret.Text
	renewable bool
	began     time.Time
	due       time.Time // when to renew it; meaningless without an end
	ends      time.Time // zero: never
}

// begun starts a session of so many seconds from now on; 0 is one without end. It is renewed at two thirds of its life,
// so that some failures in a row do no harm.
func begun(token secret.Text, now time.Time, life time.Duration, renewable bool) session {
	s := session{token: token, renewable: renewable, began: now}
	if life > 0 {
		s.due, s.ends = now.Add(life/3*2), now.Add(life)
	}
	return s
}

func (s session) good(now time.Time) bool {
	return !s.token.IsZero() && (s.ends.IsZero() || now.Before(s.ends))
}

func (s session) isDue(now time.Time) bool { return !s.ends.IsZero() && !now.Before(s.due) }

// current returns a session that has not ended, after logging in or renewing if it is time to.
func (c *Client) current(ctx context.Context) (session, error) {
	if err := c.take(ctx); err != nil {
		return session{}, err
	}
	defer c.give()
	return c.tend(ctx)
}

// anew logs in again, unless the refused token is no longer ours anyway.
func (c *Client) anew(ctx context.Context, refused session) (session, error) {
	if err := c.take(ctx); err != nil {
		return session{}, err
	}
	defer c.give()
	if c.session.token.Equal(refused.token) {
		c.session = session{}
	}
	return c.tend(ctx)
}

// tend looks after the session. The caller has the turn.
func (c *Client) tend(ctx context.Context) (session, error) {
	if c.session.good(c.now()) && !c.session.isDue(c.now()) {
		return c.session, nil
	}
	next, err := c.prolong(ctx)
	if err == nil {
		c.session = next
		return next, nil
	}
	if c.session.good(c.now()) {
		c.session.due = c.now().Add(freshFor) // the token is good for a while yet, and the server away
		return c.session, nil
	}
	return session{}, err
}

// prolong renews the token, or logs in where that is not possible: there is none, it has ended, or it has lived as long
// as the server lets it and a renewal adds nothing.
func (c *Client) prolong(ctx context.Context) (session, error) {
	if old := c.session; old.renewable && old.good(c.now()) {
		if next, err := c.renewal(ctx, old); err == nil && (next.ends.IsZero() || next.ends.After(old.ends)) {
			return next, nil
		}
	}
	return c.login.begin(ctx, c)
}

// take waits for the turn to look after the session.
func (c *Client) take(ctx context.Context) error {
	select {
	case <-c.turn:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (c *Client) give() { c.turn <- struct{}{} }

// Keep renews the token whenever it is due, until ctx ends, and returns why it did: for programs that fetch seldom and
// would find their token ended. failed, which may be nil, hears what went wrong; it is tried again.
func (c *Client) Keep(ctx context.Context, failed func(error)) error {
	for {
		s, err := c.current(ctx)
		if cause := context.Cause(ctx); cause != nil {
			return cause
		}
		if err != nil && failed != nil {
			failed(err)
		}
		wait := askedWait // after a failure
		switch {
		case err == nil && s.ends.IsZero():
			wait = time.Hour // there is nothing to renew
		case err == nil:
			wait = max(s.due.Sub(c.now()), time.Second)
		}
		if err := c.sleep(ctx, wait); err != nil {
			return err
		}
	}
}
