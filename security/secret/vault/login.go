package vault

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/virtengine/virtengine/security/secret"
)

// freshFor is how long a refusal is believed to mean the request and not the token.
const freshFor = 30 * time.Second

// Text fetches a credential anew at each login, so that it may change: a Resolver's ResolveText of a reference, mostly.
type Text func(ctx context.Context) (secret.Text, error)

// Login gets a token from the server.
type Login interface {
	begin(ctx context.Context, c *Client) (session, error)
}

type tokenLogin struct{ token Text }

// Token logs in with a token that others made, an agent's sink for instance.
func Token(token Text) Login { return tokenLogin{token} }

func (l tokenLogin) begin(ctx context.Context, c *Client) (session, error) {
	if l.token == nil {
		return session{}, errors.New("the login has no token")
	}
	token, err := l.token(ctx)
	if err != nil {
		return session{}, err
	}
	body, err := c.patiently(ctx, request{method: http.MethodGet, path: []string{"auth", "token", "lookup-self"}, token: token})
	if err != nil {
		return session{}, fmt.Errorf("looking up our token: %w", err)
	}
	var a struct {
		Data struct {
			TTL       seconds `json:"ttl"`         // that are left
			Expires   *string `json:"expire_time"` // null: no end
			Renewable bool    `json:"renewable"`
		} `json:"data"`
	}
	if json.Unmarshal(body, &a) != nil {
		return session{}, fmt.Errorf("%w: looking up our token: the answer is no description of one", secret.ErrUnavailable)
	}
	if a.Data.Expires != nil && a.Data.TTL == 0 { // less than a second is left, which must not be taken for no end
		return session{}, fmt.Errorf("%w: our token is ending; hint: give us another", secret.ErrDenied)
	}
	return begun(token, c.now(), a.Data.TTL.duration(), a.Data.Renewable), nil
}

type appRole struct {
	mount        []string
	role, secret Text
}

// AppRole logs in as a machine does.
//
//	mount: where the method is mounted, "approle" by default     role, secretID: its two credentials
func AppRole(mount string, role, secretID Text) Login {
	return appRole{strings.Split(mount, "/"), role, secretID}
}

func (l appRole) begin(ctx context.Context, c *Client) (session, error) {
	if l.role == nil || l.secret == nil {
		return session{}, errors.New("an AppRole login needs a role id and a secret id")
	}
	body, err := l.credentials(ctx)
	defer clear(body)
	if err != nil {
		return session{}, err
	}
	path := append(append([]string{"auth"}, l.mount...), "login")
	answer, err := c.patiently(ctx, request{method: http.MethodPost, path: path, body: body})
	if errors.Is(err, secret.ErrReference) { // 400 is how this method says that a credential is wrong
		err = fmt.Errorf("%w: %w", secret.ErrDenied, err)
	}
	if err != nil {
		return session{}, fmt.Errorf("AppRole login: %w", err)
	}
	return c.granted(answer)
}

func (l appRole) credentials(ctx context.Context) ([]byte, error) {
	var ids [2]string
	for i, id := range []Text{l.role, l.secret} {
		text, err := id(ctx)
		if err != nil {
			return nil, err
		}
		if ids[i], err = text.Reveal(); err != nil {
			return nil, err
		}
		text.Wipe()
	}
	return json.Marshal(map[string]string{"role_id": ids[0], "secret_id": ids[1]})
}

// renewal asks for more time. The server may grant less than before, or nothing more, when the token's maximum is near.
func (c *Client) renewal(ctx context.Context, s session) (session, error) {
	body, err := c.patiently(ctx, request{method: http.MethodPost, path: []string{"auth", "token", "renew-self"}, token: s.token, body: []byte("{}")})
	if err != nil {
		return session{}, fmt.Errorf("renewing our token: %w", err)
	}
	return c.granted(body)
}

// granted reads the answer to a login or a renewal.
func (c *Client) granted(body []byte) (session, error) {
	defer clear(body)
	var a struct {
		Auth struct {
			Token     string  `json:"client_token"`
			Lease     seconds `json:"lease_duration"` // 0: no end
			Renewable bool    `json:"renewable"`
		} `json:"auth"`
	}
	if json.Unmarshal(body, &a) != nil || a.Auth.Token == "" {
		return session{}, fmt.Errorf("%w: the answer grants no token", secret.ErrUnavailable)
	}
	token, err := secret.NewText(a.Auth.Token)
	if err != nil {
		return session{}, err
	}
	return begun(token, c.now(), a.Auth.Lease.duration(), a.Auth.Renewable), nil
}

// seconds are how long a token lives, in this API's answers.
type seconds uint32 // 136 years: more, or less than none, is no answer of the API

func (s seconds) duration() time.Duration { return time.Duration(s) * time.Second }
