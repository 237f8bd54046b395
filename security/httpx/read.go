package httpx

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// answerBody ends with ErrBodyTooLarge where an answer is longer than its limit, instead of ending like a short one.
type answerBody struct {
	io.ReadCloser
	from        string
	left, limit int64
	over        bool
}

func (b *answerBody) Read(p []byte) (int, error) {
	if b.over {
		return 0, tooLarge(b.from, b.limit)
	}
	if len(p) == 0 {
		return 0, nil
	}
	if int64(len(p))-1 > b.left { // one byte more than allowed tells the end from the limit
		p = p[:b.left+1]
	}
	n, err := b.ReadCloser.Read(p)
	if int64(n) <= b.left {
		b.left -= int64(n)
		return n, err
	}
	n, b.left, b.over = int(b.left), 0, true
	return n, tooLarge(b.from, b.limit)
}

func tooLarge(from string, limit int64) error {
	return fmt.Errorf("%w: the answer of %s has more than %d bytes", ErrBodyTooLarge, from, limit)
}

// ReadAll returns an answer's body of at most limit bytes and closes it. Fails with ErrBodyTooLarge, ErrConfig.
func ReadAll(res *http.Response, limit int64) ([]byte, error) {
	if limit < 0 {
		return nil, errors.Join(fmt.Errorf("%w: a limit of %d bytes", ErrConfig, limit), res.Body.Close())
	}
	from := "the server"
	if res.Request != nil && res.Request.URL != nil {
		from = res.Request.URL.Host
	}
	data, err := io.ReadAll(&answerBody{ReadCloser: res.Body, from: from, left: limit, limit: limit})
	if err = errors.Join(err, res.Body.Close()); err != nil {
		return nil, err
	}
	return data, nil
}

// ReadJSON reads an answer's body, of at most limit bytes and one JSON value, into v and closes it. It does not look at the
// status. Fails with ErrBodyTooLarge, ErrBody.
func ReadJSON(res *http.Response, limit int64, v any) error {
	data, err := ReadAll(res, limit)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, v); err != nil {
		return fmt.Errorf("%w: status %d: %w", ErrBody, res.StatusCode, err)
	}
	return nil
}
