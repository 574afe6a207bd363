package member_test

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
	"tsuke/internal/fault"
	"tsuke/internal/mask"
	"tsuke/internal/member"
)

// M02.
func TestCodeProvesANumberOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	sent, err := h.request(taro, member.ForSignIn, "browser 1")
	if err != nil {
		t.Fatal(err)
	}
	code := sent.Code.Reveal()
	want := member.Sent{
		Code: sent.Code, Key: sent.Key, Phone: taro, MaskedPhone: "•••• 5678", ExpiresAt: dbtest.Start.Add(5 * time.Minute),
		ResendAt: dbtest.Start.Add(30 * time.Second),
	}
	if diff := cmp.Diff(want, sent); diff != "" || len(code) != 6 || len(sent.Key) != 32 {
		t.Errorf("sent (%d digits):\n%s", len(code), diff)
	}
	if strings.Contains(fmt.Sprintf("%v %+v %#v", sent, sent, sent), code) {
		t.Error("printing shows the code")
	}
	wide := strings.Map(func(r rune) rune { return r - '0' + '０' }, code)
	e, err := h.enter(member.ForSignIn, "browser 1", " "+wide[:9]+"　"+wide[9:])
	if err != nil || !e.OK || e.Again || e.Phone != taro || e.Purpose != member.ForSignIn || e.Err() != nil {
		t.Fatalf("full-width digits with blanks: %+v, %v", e, err)
	}
	h.later(14 * time.Second)
	if e, err = h.enter(member.ForSignIn, "browser 1", code); err != nil || !e.OK || !e.Again {
		t.Errorf("the same press a second time: %+v, %v", e, err)
	}
	h.later(2 * time.Second)
	_, err = h.enter(member.ForSignIn, "browser 1", code)
	h.is("a used code", err, member.CodeExpired)
}

// M02: bound to one purpose and one thing, and for five minutes.
func TestCodeIsBound(t *testing.T) {
	t.Parallel()
	h := open(t)
	sent, err := h.request(taro, member.ForCheckout, "ses_1 8500")
	if err != nil {
		t.Fatal(err)
	}
	code := sent.Code.Reveal()
	for _, row := range []struct {
		name    string
		purpose member.Purpose
		boundTo string
	}{
		{"another purpose", member.ForSignIn, "ses_1 8500"},
		{"another amount", member.ForCheckout, "ses_1 9200"},
		{"another checkout", member.ForCheckout, "ses_2 8500"},
	} {
		_, err := h.enter(row.purpose, row.boundTo, code)
		h.is(row.name, err, member.CodeExpired)
	}
	h.later(5*time.Minute - time.Microsecond)
	if e, err := h.enter(member.ForCheckout, "ses_1 8500", code); err != nil || !e.OK {
		t.Errorf("in the last microsecond: %+v, %v", e, err)
	}
	sent, err = h.request(taro, member.ForCheckout, "ses_1 8500")
	if err != nil {
		t.Fatal(err)
	}
	h.later(5 * time.Minute)
	_, err = h.enter(member.ForCheckout, "ses_1 8500", sent.Code.Reveal())
	h.is("after five minutes", err, member.CodeExpired)
}

// M03.
func TestNewCodeRetiresTheOld(t *testing.T) {
	t.Parallel()
	h := open(t)
	first, err := h.request(taro, member.ForSignIn, "b")
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.request(taro, member.ForSignIn, "b")
	h.is("at once", err, member.CodeSoon)
	if e := fault.From(err); e.RetryAfterSeconds != 30 || e.Param("seconds") != "30" {
		t.Errorf("wait %d s", e.RetryAfterSeconds)
	}
	h.later(30*time.Second - time.Microsecond)
	_, err = h.request(taro, member.ForSignIn, "b")
	h.is("a microsecond early", err, member.CodeSoon)
	h.later(time.Microsecond)
	var second member.Sent
	h.write(func(tx *db.Tx) (err error) {
		second, err = h.members.ResendCode(tx, member.ForSignIn, "b", home)
		return err
	})
	if second.Phone != taro || second.Key == first.Key {
		t.Errorf("sent again: %+v", second)
	}
	if first.Code != second.Code {
		e, err := h.enter(member.ForSignIn, "b", first.Code.Reveal())
		if err != nil || e.OK {
			t.Errorf("the older code: %+v, %v", e, err)
		}
	}
	if e, err := h.enter(member.ForSignIn, "b", second.Code.Reveal()); err != nil || !e.OK {
		t.Errorf("the newer code: %+v, %v", e, err)
	}
	err = h.try(func(tx *db.Tx) error {
		_, err := h.members.ResendCode(tx, member.ForSignIn, "another", home)
		return err
	})
	h.is("again without a first", err, member.CodeExpired)
}

// M03: a number that was typed wrongly is corrected without waiting.
func TestAnotherNumberNeedsNoWait(t *testing.T) {
	t.Parallel()
	h := open(t)
	if _, err := h.request(taro, member.ForRegistration, "b"); err != nil {
		t.Fatal(err)
	}
	sent, err := h.request(hanako, member.ForRegistration, "b")
	if err != nil {
		t.Fatal(err)
	}
	if e, err := h.enter(member.ForRegistration, "b", sent.Code.Reveal()); err != nil || e.Phone != hanako {
		t.Errorf("%+v, %v", e, err)
	}
}

// M04: how much one can ask for, with when it passes.
func TestCodeLimits(t *testing.T) {
	t.Parallel()
	number := func(i int) mask.Phone { return mask.Phone(fmt.Sprintf("+8190%04d%04d", 1000+i, i)) }
	sameStart := func(i int) mask.Phone { return mask.Phone(fmt.Sprintf("+819012%06d", 300000+i)) }
	line := func(int) netip.Addr { return netip.MustParseAddr("192.0.2.7") }
	lines := func(i int) netip.Addr { return netip.AddrFrom4([4]byte{198, 51, byte(i), 1}) }
	block4 := func(i int) netip.Addr { return netip.AddrFrom4([4]byte{192, 0, 2, byte(i)}) }
	mapped := func(i int) netip.Addr { return netip.MustParseAddr(fmt.Sprintf("::ffff:192.0.2.%d", i+1)) }
	block6 := func(i int) netip.Addr { return netip.MustParseAddr(fmt.Sprintf("2001:db8:0:ff%02x::%x", i, i+1)) }
	for _, row := range []struct {
		name    string
		allowed int
		phone   func(int) mask.Phone
		from    func(int) netip.Addr
		step    time.Duration // between two requests
		want    *fault.Kind
		wait    int // seconds
	}{
		{"number, ten minutes", 3, func(int) mask.Phone { return taro }, lines, time.Minute, member.CodeManyShort, 420},
		{"number, a day", 10, func(int) mask.Phone { return taro }, lines, 11 * time.Minute, member.CodeManyDay, 86400 - 10*660},
		{"network, IPv4 line", 20, number, line, time.Second, member.CodeManyNetwork, 3580},
		{"network, IPv4 /24", 20, number, block4, time.Second, member.CodeManyNetwork, 3580},
		{"network, IPv4 written as IPv6", 20, number, mapped, time.Second, member.CodeManyNetwork, 3580},
		{"network, IPv6 /56", 20, number, block6, time.Second, member.CodeManyNetwork, 3580},
		{"first six digits", 100, sameStart, lines, time.Second, member.CodeManyPrefix, 3500},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			h := open(t)
			for i := range row.allowed {
				if _, err := h.requestFrom(row.phone(i), member.ForSignIn, fmt.Sprint("b", i), row.from(i)); err != nil {
					t.Fatalf("request %d: %v", i+1, err)
				}
				h.later(row.step)
			}
			n := row.allowed
			_, err := h.requestFrom(row.phone(n), member.ForSignIn, "last", row.from(n))
			h.is("one more", err, row.want)
			e := fault.From(err)
			if e.RetryAfterSeconds != row.wait || e.Param("until") == "" {
				t.Errorf("again in %d s (until %q), want %d", e.RetryAfterSeconds, e.Param("until"), row.wait)
			}
			h.later(time.Duration(row.wait) * time.Second)
			if _, err := h.requestFrom(row.phone(n), member.ForSignIn, "last", row.from(n)); err != nil {
				t.Errorf("when it has passed: %v", err)
			}
		})
	}
}

// M04: what was refused was not sent, so it is not counted.
func TestRefusedRequestsAreNotCounted(t *testing.T) {
	t.Parallel()
	h := open(t)
	for i := range 3 {
		if _, err := h.request(taro, member.ForSignIn, fmt.Sprint(i)); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 50 {
		_, err := h.request(taro, member.ForSignIn, fmt.Sprint("more", i))
		h.is("refused", err, member.CodeManyShort)
	}
	for i := range 17 { // of the network's 20
		if _, err := h.request(mask.Phone(fmt.Sprintf("+81801%03d0000", i)), member.ForSignIn, fmt.Sprint("other", i)); err != nil {
			t.Fatalf("another number, request %d: %v", i+1, err)
		}
	}
}

// M05.
func TestWrongCodesPauseEntry(t *testing.T) {
	t.Parallel()
	h := open(t)
	sent, err := h.request(taro, member.ForSignIn, "b")
	if err != nil {
		t.Fatal(err)
	}
	wrong := wrongCode(sent)
	for left := 4; left >= 1; left-- {
		e, err := h.enter(member.ForSignIn, "b", wrong)
		if err != nil || e.OK || e.TriesLeft != left || !e.BlockedUntil.IsZero() {
			t.Fatalf("%d left expected: %+v, %v", left, e, err)
		}
		h.is("as a fault", e.Err(), member.CodeWrong)
		if f := fault.From(e.Err()); f.Param("left") != fmt.Sprint(left) || f.Param("sent") != "09:00" || f.Field != "code" {
			t.Errorf("its figures: %v", f.Params())
		}
	}
	for _, typed := range []string{"12345", "1234567", "abcdef", "", "12 34 5"} {
		_, err := h.enter(member.ForSignIn, "b", typed)
		h.is("no six digits", err, member.CodeShape) // not counted: the next one is the fifth
	}
	h.later(time.Minute)
	e, err := h.enter(member.ForSignIn, "b", wrong)
	until := dbtest.Start.Add(31 * time.Minute)
	if err != nil || e.OK || e.TriesLeft != 0 || !e.BlockedUntil.Equal(until) {
		t.Fatalf("the fifth: %+v, %v", e, err)
	}
	h.is("as a fault", e.Err(), member.CodeBlocked)
	if f := fault.From(e.Err()); f.Param("until") != "09:31" || f.RetryAfterSeconds != 1800 {
		t.Errorf("its figures: %v, %d s", f.Params(), f.RetryAfterSeconds)
	}
	e, err = h.enter(member.ForSignIn, "b", sent.Code.Reveal())
	if err != nil || e.OK || e.BlockedUntil.IsZero() {
		t.Errorf("the right one while it is paused: %+v, %v", e, err)
	}
	_, err = h.request(taro, member.ForSignIn, "another browser")
	h.is("a new one while it is paused", err, member.CodeBlocked)
	if _, err := h.request(taro, member.ForRegistration, "another browser"); err != nil {
		t.Errorf("another purpose is not paused: %v", err)
	}
	if _, err := h.request(hanako, member.ForSignIn, "b"); err != nil {
		t.Errorf("another number is not paused: %v", err)
	}
	h.later(30 * time.Minute)
	if e := h.prove(taro, member.ForSignIn, "b"); !e.OK || e.TriesLeft != 5 {
		t.Errorf("afterwards: %+v", e)
	}
}

// M05: tries belong to number and purpose, not to a code: a new code or another browser gives no new ones.
func TestTriesAreCountedOverCodes(t *testing.T) {
	t.Parallel()
	h := open(t)
	for i := range 2 {
		browser := fmt.Sprint("b", i)
		sent, err := h.request(taro, member.ForSignIn, browser)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if e, err := h.enter(member.ForSignIn, browser, wrongCode(sent)); err != nil || e.OK {
				t.Fatalf("%+v, %v", e, err)
			}
		}
	}
	sent, err := h.request(taro, member.ForSignIn, "b2")
	if err != nil {
		t.Fatal(err)
	}
	e, err := h.enter(member.ForSignIn, "b2", wrongCode(sent))
	if err != nil || e.BlockedUntil.IsZero() {
		t.Errorf("the fifth wrong one over three codes: %+v, %v", e, err)
	}
}

// M05: a right code forgives the wrong ones before it.
func TestRightCodeStartsAnew(t *testing.T) {
	t.Parallel()
	h := open(t)
	sent, err := h.request(taro, member.ForSignIn, "b")
	if err != nil {
		t.Fatal(err)
	}
	for range 4 {
		if _, err := h.enter(member.ForSignIn, "b", wrongCode(sent)); err != nil {
			t.Fatal(err)
		}
	}
	if e, err := h.enter(member.ForSignIn, "b", sent.Code.Reveal()); err != nil || !e.OK {
		t.Fatalf("%+v, %v", e, err)
	}
	sent, err = h.request(taro, member.ForSignIn, "b")
	if err != nil {
		t.Fatal(err)
	}
	if e, err := h.enter(member.ForSignIn, "b", wrongCode(sent)); err != nil || e.TriesLeft != 4 {
		t.Errorf("%+v, %v", e, err)
	}
}

// M05, M02: many browsers at once neither get more tries nor use a code twice.
func TestEntriesAtOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	sent, err := h.request(taro, member.ForSignIn, "b")
	if err != nil {
		t.Fatal(err)
	}
	results := make([]member.Entered, 12)
	errs := make([]error, len(results))
	var wait sync.WaitGroup
	for i := range results {
		wait.Go(func() {
			errs[i] = h.db.Write(context.Background(), func(tx *db.Tx) (err error) {
				results[i], err = h.members.EnterCode(tx, member.ForSignIn, "b", wrongCode(sent))
				return err
			})
		})
	}
	wait.Wait()
	counted := 0
	for i, e := range results {
		if errs[i] != nil || e.OK {
			t.Fatalf("%+v, %v", e, errs[i])
		}
		if e.BlockedUntil.IsZero() {
			counted++
		}
	}
	if counted != 4 {
		t.Errorf("%d of 12 wrong codes were taken before entry paused, want 4 and the fifth that pauses it", counted)
	}
}

// M02: at the very same instant only one entry uses the code; the others are the same press.
func TestRightCodeAtOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	sent, err := h.request(taro, member.ForSignIn, "b")
	if err != nil {
		t.Fatal(err)
	}
	results := make([]member.Entered, 8)
	var wait sync.WaitGroup
	errs := make([]error, len(results))
	for i := range results {
		wait.Go(func() {
			errs[i] = h.db.Write(context.Background(), func(tx *db.Tx) (err error) {
				results[i], err = h.members.EnterCode(tx, member.ForSignIn, "b", sent.Code.Reveal())
				return err
			})
		})
	}
	wait.Wait()
	first := 0
	for _, e := range results {
		if e.OK && !e.Again {
			first++
		}
	}
	if err := errors.Join(errs...); err != nil || first != 1 {
		t.Errorf("%d first uses, %v", first, err)
	}
}

// M06: what is answered does not depend on whether the number is registered.
func TestAskingTellsNothing(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.join(taro, flat)
	h.later(time.Hour)
	known, errKnown := h.request(taro, member.ForSignIn, "a")
	unknown, errUnknown := h.request(hanako, member.ForSignIn, "b")
	if errKnown != nil || errUnknown != nil {
		t.Fatal(errKnown, errUnknown)
	}
	known.Code, known.Key, known.Phone, known.MaskedPhone = unknown.Code, unknown.Key, unknown.Phone, unknown.MaskedPhone
	if diff := cmp.Diff(unknown, known); diff != "" {
		t.Error(diff)
	}
}

func TestFindCode(t *testing.T) {
	t.Parallel()
	h := open(t)
	find := func() (p member.Pending, found bool) {
		h.write(func(tx *db.Tx) (err error) {
			p, found, err = h.members.FindCode(tx, member.ForSignIn, "b")
			return err
		})
		return p, found
	}
	if p, found := find(); found {
		t.Errorf("before one was sent: %+v", p)
	}
	sent, err := h.request(taro, member.ForSignIn, "b")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.enter(member.ForSignIn, "b", wrongCode(sent)); err != nil {
		t.Fatal(err)
	}
	want := member.Pending{
		MaskedPhone: "•••• 5678", SentAt: dbtest.Start, ExpiresAt: sent.ExpiresAt, ResendAt: sent.ResendAt, TriesLeft: 4,
	}
	if p, found := find(); !found || !cmp.Equal(want, p) {
		t.Errorf("%t\n%s", found, cmp.Diff(want, p))
	}
	if _, err := h.enter(member.ForSignIn, "b", sent.Code.Reveal()); err != nil {
		t.Fatal(err)
	}
	if p, found := find(); found {
		t.Errorf("after it was used: %+v", p)
	}
}

// M02: neither the code nor the number can be read from the database.
func TestCodeIsNotStored(t *testing.T) {
	t.Parallel()
	h := open(t)
	sent, err := h.request(taro, member.ForSignIn, "b")
	if err != nil {
		t.Fatal(err)
	}
	h.write(func(tx *db.Tx) error {
		var purpose string
		var hash, phone []byte
		err := tx.Row("-- test.code\nSELECT purpose, hash, phone FROM code").Scan(&purpose, &hash, &phone)
		for _, secret := range []string{sent.Code.Reveal(), taro.Reveal(), "9012345678"} {
			if strings.Contains(string(hash)+string(phone), secret) {
				t.Error("the row gives it away")
			}
		}
		return err
	})
}

func TestSweepErasesWhatHadItsTime(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.apply(taro)
	h.write(func(tx *db.Tx) error {
		_, _, err := h.members.OpenSignIn(tx, "safari ios")
		return err
	})
	sweep := func() (n int64) {
		h.write(func(tx *db.Tx) (err error) {
			n, err = h.members.Sweep(tx)
			return err
		})
		return n
	}
	if n := sweep(); n != 0 {
		t.Errorf("%d rows went before their time", n)
	}
	h.later(8 * 24 * time.Hour)
	if n := sweep(); n != 1+1+4+1 { // registration, code, four counts, browser
		t.Errorf("%d rows went", n)
	}
	if n := sweep(); n != 0 {
		t.Errorf("%d rows were left", n)
	}
}

func wrongCode(sent member.Sent) string {
	if sent.Code == "000000" {
		return "000001"
	}
	return "000000"
}
