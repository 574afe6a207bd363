package member_test

import (
	"testing"
	"time"

	"tsuke/internal/id"
	"tsuke/internal/mask"
	"tsuke/internal/member"
	"tsuke/internal/vault"
)

// Keys are replaced while members register and sign in; in the end the old ones are gone and everybody is found.
func TestRekey(t *testing.T) {
	t.Parallel()
	h := open(t)
	dir := t.TempDir()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	reopen := func() {
		v, err := vault.Open(dir)
		must(err)
		h.members.Vault = v
	}
	must(vault.Create(dir))
	reopen()
	phones := []mask.Phone{taro, hanako, parents}
	before := h.join(taro, flat)
	draft := h.apply(mask.Phone("+819011112222")).ID

	for _, part := range []vault.Part{vault.Wrapping, vault.Indexing} {
		must(vault.Add(dir, part))
		must(vault.Promote(dir, part))
	}
	reopen()
	if m, found := h.holder(taro); !found || m != before {
		t.Fatal("under the older key a member is not found")
	}
	h.later(time.Hour)
	if d := h.apply(taro); d.Step != member.StepKnown {
		t.Errorf("one number, two members: %+v", d)
	}
	during := h.join(hanako, flat)

	if p := h.rekey(); p.Moved == 0 || p.Left != 2 || p.Sealed != 0 { // the draft's number, and how often it was sent a code today
		t.Errorf("%+v", p)
	}
	if p := h.rekey(); p.Moved != 0 {
		t.Errorf("a second run: %+v", p)
	}
	for _, part := range []vault.Part{vault.Wrapping, vault.Indexing} {
		must(vault.Retire(dir, part))
	}
	reopen()
	h.later(time.Hour)
	after := h.join(parents, flat)
	for i, want := range []id.Member{before, during, after} {
		if m, found := h.holder(phones[i]); !found || m != want || h.profile(m).Phone != phones[i] {
			t.Errorf("member %d is lost", i)
		}
	}
	if d := h.draft(draft); d.Phone != "+819011112222" {
		t.Errorf("the draft reads %+v", d)
	}
	h.owing[before] = true
	app := h.apply(mask.Phone("+819033334444")).ID
	h.fill(app, flat)
	if d, err := h.agree(app); err != nil || d.Reason != member.ReviewAddress {
		t.Errorf("the address of a member from before: %+v, %v", d, err)
	}
}
