package member_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/keys"
	"tsuke/internal/mask"
	"tsuke/internal/member"
	"tsuke/internal/vault"
)

// rotation is a house whose keys are being replaced. Two processes run: one holds the keys of now, the other those of the phase
// before.
type rotation struct {
	*house

	dir         string
	now, behind *vault.Vault
	people      []person
	drafts      map[mask.Phone]id.Application
}

// person is somebody who came in one of the phases.
type person struct {
	phone mask.Phone
	id    id.Member
	guest bool
}

func openRotation(t *testing.T) *rotation {
	r := &rotation{house: open(t), dir: t.TempDir(), drafts: map[mask.Phone]id.Application{}}
	if err := vault.Create(r.dir); err != nil {
		t.Fatal(err)
	}
	r.now = r.opened(r.dir)
	r.behind = r.now
	r.members.Vault = r.now
	return r
}

func (r *rotation) opened(dir string) *vault.Vault {
	r.t.Helper()
	v, err := vault.Open(dir)
	if err != nil {
		r.t.Fatal(err)
	}
	return v
}

// change changes the keys of both parts. The process behind has them as they were.
func (r *rotation) change(verb func(string, vault.Part) error) {
	r.t.Helper()
	before := r.t.TempDir()
	text, err := os.ReadFile(filepath.Join(r.dir, vault.FileName))
	if err == nil {
		err = os.WriteFile(filepath.Join(before, vault.FileName), text, 0o600)
	}
	if err != nil {
		r.t.Fatal(err)
	}
	r.behind = r.opened(before)
	for _, part := range vault.Parts {
		if err := verb(r.dir, part); err != nil {
			r.t.Fatal(err)
		}
	}
	if changed, err := r.now.Reload(); !changed || err != nil {
		r.t.Fatalf("the folder was changed: %v, %v", changed, err)
	}
}

// phoneOfNext is a number that nobody has had.
func (r *rotation) phoneOfNext() mask.Phone {
	return mask.Phone(fmt.Sprintf("+81907%07d", 1000*(len(r.people)+1)+len(r.drafts)))
}

// addressOf is where the person of a number lives, each elsewhere.
func addressOf(phone mask.Phone) member.AddressInput {
	a := flat
	a.City = "渋谷区神宮前" + strings.TrimPrefix(phone.Reveal(), "+8190") + "番地"
	return a
}

// as does something as one of the two processes.
func (r *rotation) as(v *vault.Vault, do func()) {
	r.members.Vault = v
	do()
	r.members.Vault = r.now
}

// comes lets a member, a guest and somebody who stops halfway come, by way of one of the processes.
func (r *rotation) comes(v *vault.Vault) {
	r.t.Helper()
	r.as(v, func() {
		phone := r.phoneOfNext()
		r.people = append(r.people, person{phone: phone, id: r.join(phone, addressOf(phone))})
		phone = r.phoneOfNext()
		in := buyer()
		in.Address = addressOf(phone)
		d, err := r.guest(phone, in)
		if err != nil {
			r.t.Fatal(err)
		}
		r.people = append(r.people, person{phone: phone, id: d.Member, guest: true})
		phone = r.phoneOfNext()
		r.drafts[phone] = r.apply(phone).ID
	})
	r.later(time.Hour) // how many codes a network gets is another test's
}

// finds looks everybody up in every way, as one of the processes.
func (r *rotation) finds(phase string, v *vault.Vault) {
	r.t.Helper()
	r.as(v, func() {
		var named []id.Member
		r.write(func(tx *db.Tx) (err error) {
			named, err = r.members.Named(tx, "ヤマダ タロウ")
			return err
		})
		for i, p := range r.people {
			found, is := r.holder(p.phone)
			if is == p.guest || is && found != p.id {
				r.t.Errorf("%s: person %d by number: %v", phase, i, is)
			}
			if got := r.profile(p.id); got.Phone != p.phone || got.Mail != mail {
				r.t.Errorf("%s: person %d does not open", phase, i)
			}
			if slices.Contains(named, p.id) == p.guest {
				r.t.Errorf("%s: person %d by name: %v", phase, i, !p.guest)
			}
			var same []id.Member
			r.write(func(tx *db.Tx) (err error) {
				same, err = r.members.SamePerson(tx, p.id)
				return err
			})
			if len(same) != 0 {
				r.t.Errorf("%s: person %d is taken for %d others", phase, i, len(same))
			}
		}
		for phone, app := range r.drafts {
			if d := r.draft(app); d.Phone != phone {
				r.t.Errorf("%s: a registration does not open", phase)
			}
			r.later(time.Hour)
			if d := r.apply(phone); d.ID != app {
				r.t.Errorf("%s: a registration is not gone on with", phase)
			}
		}
		r.neighbour(phase)
	})
}

// neighbour has somebody register at the address of each member who owes, and takes it back: a person has to look.
func (r *rotation) neighbour(phase string) {
	r.t.Helper()
	for i, p := range r.people {
		if p.guest {
			continue
		}
		r.owing[p.id] = true
		err := r.try(func(tx *db.Tx) error {
			d, err := r.members.Apply(tx, r.entered(tx, "+819066666666"), "ja")
			if err != nil {
				return err
			}
			_, errName := r.members.SaveName(tx, d.ID, member.NameInput{Family: "鈴木", Given: "花子", FamilyKana: "スズキ", GivenKana: "ハナコ"})
			errBirth := r.members.SaveBirth(tx, d.ID, adult)
			_, errAddress := r.members.SaveAddress(tx, d.ID, addressOf(p.phone))
			errMail := r.members.SaveMail(tx, d.ID, mail, false)
			if errName != nil || errBirth != nil || errAddress != nil || errMail != nil {
				r.t.Fatal(errName, errBirth, errAddress, errMail)
			}
			if d, err = r.members.Agree(tx, d.ID, agreement); err != nil || d.Reason != member.ReviewAddress {
				r.t.Errorf("%s: person %d by address: %v, %v", phase, i, d.Reason, err)
			}
			return errTakenBack
		})
		if !errors.Is(err, errTakenBack) {
			r.t.Fatal(err)
		}
		delete(r.owing, p.id)
	}
}

var errTakenBack = errors.New("only tried")

// entered proves a number within a transaction.
func (r *rotation) entered(tx *db.Tx, phone mask.Phone) member.Entered {
	r.t.Helper()
	sent, err := r.members.RequestCode(tx, member.CodeRequest{Phone: phone, Purpose: member.ForRegistration, BoundTo: "a neighbour", Address: home})
	if err != nil {
		r.t.Fatal(err)
	}
	e, err := r.members.EnterCode(tx, member.ForRegistration, "a neighbour", sent.Code.Reveal())
	if err != nil {
		r.t.Fatal(err)
	}
	return e
}

func (r *rotation) keys() *keys.Keys {
	return &keys.Keys{DB: r.db, Vault: r.now, Dir: r.dir, Places: r.members.Keyed()}
}

// cut moves rows until a number of ranges is done, and is ended there.
func (r *rotation) cut(after int) {
	r.t.Helper()
	ctx, end := context.WithCancel(r.t.Context())
	defer end()
	_, err := r.keys().Rekey(ctx, "operator", func(p keys.Progress) {
		if p.Done == after {
			end()
		}
	})
	if err == nil {
		r.t.Errorf("cut after %d ranges, and it came to its end", after)
	}
}

// Rules K02 and K03: in every phase of a rotation both the process that is up to date and the one that is a phase behind find and
// open everybody who came in any phase by way of either.
func TestEverybodyIsFoundInEveryPhase(t *testing.T) {
	t.Parallel()
	r := openRotation(t)
	both := func(phase string) {
		t.Helper()
		r.finds(phase, r.now)
		r.finds(phase+", a phase behind", r.behind)
	}
	r.comes(r.now)
	both("first")
	r.change(vault.Add)
	r.comes(r.now)
	r.comes(r.behind)
	both("added")
	r.change(vault.Promote)
	r.comes(r.now)
	r.comes(r.behind)
	both("promoted")
	for _, after := range []int{100, 230, 300, 360} { // wrapping; amid claims; amid addresses; amid payers
		r.cut(after)
		both(fmt.Sprintf("cut after %d", after))
	}
	r.comes(r.now)
	if p := r.rekey(); p.Sealed != 0 || p.Left < len(r.drafts)-2 {
		t.Errorf("%+v, with %d drafts", p, len(r.drafts))
	}
	both("rekeyed")
	r.later(8 * 24 * time.Hour) // drafts, codes and counts have their time
	r.drafts = map[mask.Phone]id.Application{}
	if p := r.rekey(); p.Moved == 0 || p.Left != 0 {
		t.Errorf("when all has ended: %+v", p)
	}
	if p := r.rekey(); p != (keys.Progress{Place: p.Place, Done: p.Of, Of: p.Of}) {
		t.Errorf("once more: %+v", p)
	}
	r.change(vault.Retire)
	r.comes(r.now)
	both("retired")
}

// Rule K03: a code that was sent under one key can be entered when another is in use, and wrong ones are counted on.
func TestCodesAndCountsOutliveAKey(t *testing.T) {
	t.Parallel()
	r := openRotation(t)
	sent, err := r.request(taro, member.ForSignIn, "browser")
	if err != nil {
		t.Fatal(err)
	}
	wrong := "000000"
	if sent.Code.Reveal() == wrong {
		wrong = "000001"
	}
	try := func(v *vault.Vault, typed string) member.Entered {
		t.Helper()
		var e member.Entered
		r.as(v, func() { e, _ = r.enter(member.ForSignIn, "browser", typed) })
		return e
	}
	first := try(r.now, wrong)
	r.change(vault.Add)
	second := try(r.now, wrong)
	r.change(vault.Promote)
	third, fourth := try(r.now, wrong), try(r.behind, wrong)
	left := []int{first.TriesLeft, second.TriesLeft, third.TriesLeft, fourth.TriesLeft}
	if !slices.Equal(left, []int{4, 3, 2, 1}) {
		t.Errorf("tries left: %v", left)
	}
	var seen member.Pending
	r.write(func(tx *db.Tx) (err error) {
		seen, _, err = r.members.FindCode(tx, member.ForSignIn, "browser")
		return err
	})
	if seen.TriesLeft != 1 {
		t.Errorf("shown: %d tries left", seen.TriesLeft)
	}
	if e := try(r.now, sent.Code.Reveal()); !e.OK {
		t.Errorf("a code that was sent under the older key: %+v", e)
	}
	for _, limit := range []string{"first", "second"} {
		r.later(time.Minute)
		if _, err := r.request(taro, member.ForSignIn, "browser"); err != nil {
			t.Errorf("%s code after it: %v", limit, err)
		}
	}
	r.later(time.Minute)
	_, err = r.request(taro, member.ForSignIn, "browser")
	r.is("a fourth within ten minutes, counted under two keys", err, member.CodeManyShort)
}

// Rule K03: one number, two processes that use different keys, one instant: one of them has it.
func TestOneNumberUnderTwoKeys(t *testing.T) {
	t.Parallel()
	r := openRotation(t)
	r.change(vault.Add)
	r.change(vault.Promote)
	behind := *r.members
	behind.Vault = r.behind
	for n := range 20 {
		phone := mask.Phone(fmt.Sprintf("+8190700000%02d", n))
		errs := make(chan error, 2)
		for _, m := range []*member.Members{r.members, &behind} {
			go func() {
				errs <- r.db.Write(t.Context(), func(tx *db.Tx) error {
					return m.Claim(tx, phone, id.In[id.MemberKind](tx, 1))
				})
			}()
		}
		refused := 0
		for range 2 {
			if err := <-errs; fault.Is(err, member.PhoneTaken) {
				refused++
			} else if err != nil {
				t.Error(err)
			}
		}
		if refused != 1 {
			t.Fatalf("%d of two were refused", refused)
		}
	}
}

// Rule K03: a number is found at every instant while its claim is moved.
func TestFoundWhileItIsMoved(t *testing.T) {
	t.Parallel()
	r := openRotation(t)
	holders := map[mask.Phone]id.Member{}
	for range 12 {
		phone := r.phoneOfNext()
		m := r.join(phone, addressOf(phone))
		r.people = append(r.people, person{phone: phone, id: m})
		holders[phone] = m
		r.later(time.Hour)
	}
	r.change(vault.Add)
	r.change(vault.Promote)
	var rows []keys.Row
	place := r.members.Keyed()[slices.IndexFunc(r.members.Keyed(), func(p keys.Place) bool { return p.Name == "phone_claim.phone_index" })]
	r.write(func(tx *db.Tx) error {
		rows = nil
		return place.Old(tx, 0, id.Buckets, []byte("none"), func(row db.Row) error {
			var one keys.Row
			err := row.Scan(&one.Bucket, &one.Name)
			rows = append(rows, one)
			return err
		})
	})
	moved := make(chan struct{})
	var lookers sync.WaitGroup
	for range 6 {
		lookers.Go(func() {
			for {
				for phone, want := range holders {
					err := r.db.Write(t.Context(), func(tx *db.Tx) error { // a reading transaction sees one instant only
						if m, found, err := r.members.FindByPhone(tx, phone); err != nil || !found || m != want {
							return fmt.Errorf("found: %v (%v)", found, err)
						}
						return nil
					})
					if err != nil {
						t.Error(err)
						return
					}
				}
				select {
				case <-moved:
					return
				default:
				}
			}
		})
	}
	for _, row := range rows {
		r.write(func(tx *db.Tx) error {
			if ok, err := place.Move(tx, row); err != nil || !ok {
				t.Errorf("moved: %v, %v", ok, err)
			}
			return nil
		})
	}
	close(moved)
	lookers.Wait()
	if len(rows) != len(holders) {
		t.Errorf("%d claims of %d", len(rows), len(holders))
	}
}
