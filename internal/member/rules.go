package member

import (
	"errors"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"tsuke/internal/fault"
	"tsuke/internal/jst"
	"tsuke/internal/kana"
	"tsuke/internal/mask"
)

const minute = time.Minute

// The longest parts, in characters.
const (
	nameMax    = 30
	kanaMax    = 40
	addressMax = 100
	typedMax   = 1000 // bytes: more is not looked at
)

// ReadPhone reads a mobile number of Japan as people type it into E.164. A number of another kind or shape is a slip
// with a sentence of its own (rule M01).
func ReadPhone(field, typed string) (mask.Phone, error) {
	e164, _, err := kana.Phone(typed)
	if err != nil {
		return "", kindOf(phoneSlips, err).In(field)
	}
	return mask.Phone(e164), nil
}

type judged struct {
	is   error
	kind *fault.Kind
}

var phoneSlips = []judged{
	{kana.ErrPhoneEmpty, PhoneMissing},
	{kana.ErrPhoneDigits, PhoneDigits},
	{kana.ErrPhoneForeign, PhoneForeign},
	{kana.ErrPhoneStart, PhoneStart},
	{kana.ErrPhoneLength, PhoneLength},
	{kana.ErrPhoneUnassigned, PhoneUnassigned},
	{kana.ErrPhoneFixed, PhoneFixed},
	{kana.ErrPhoneIP, PhoneIP},
	{kana.ErrPhoneTollFree, PhoneTollFree},
	{kana.ErrPhoneSpecial, PhoneSpecial},
	{kana.ErrPhoneMachine, PhoneMachine},
}

var mailSlips = []judged{
	{kana.ErrMailEmpty, MailMissing},
	{kana.ErrMailAt, MailAt},
	{kana.ErrMailSpace, MailSpace},
	{kana.ErrMailCharacter, MailCharacter},
	{kana.ErrMailDots, MailDots},
	{kana.ErrMailDomain, MailDomain},
	{kana.ErrMailLong, MailLong},
}

var birthSlips = []judged{
	{kana.ErrBirthEmpty, BirthMissing},
	{kana.ErrBirthYear, BirthYear},
	{kana.ErrBirthDay, BirthDay},
	{kana.ErrBirthEra, BirthEra},
}

// kindOf finds the kind of a slip that package kana told apart. One that is not in the table is a fault of ours.
func kindOf(table []judged, err error) *fault.Kind {
	for _, j := range table {
		if errors.Is(err, j.is) {
			return j.kind
		}
	}
	return fault.Unclassified
}

// readName judges a name and its reading (rules M08, M09). It answers the name as it is kept, its standard form for
// files and bills, and the characters that differ between the two.
func readName(in NameInput) (name, norm storedName, changes []kana.Change, slips []*fault.Error) {
	for _, part := range []struct {
		field, typed string
		kept, norm   *string
	}{
		{"family", in.Family, &name.Family, &norm.Family},
		{"given", in.Given, &name.Given, &norm.Given},
	} {
		standard, changed, slip := readNamePart(part.field, part.typed)
		if slip != nil {
			slips = append(slips, slip)
		}
		*part.kept, *part.norm = asTyped(part.typed), standard
		for _, c := range changed {
			if !slices.Contains(changes, c) {
				changes = append(changes, c)
			}
		}
	}
	for _, part := range []struct {
		field, typed string
		kept, norm   *string
	}{
		{"family_kana", in.FamilyKana, &name.FamilyKana, &norm.FamilyKana},
		{"given_kana", in.GivenKana, &name.GivenKana, &norm.GivenKana},
	} {
		reading, slip := readKana(part.field, part.typed)
		if slip != nil {
			slips = append(slips, slip)
		}
		*part.kept, *part.norm = reading, reading
	}
	return name, norm, changes, slips
}

func readNamePart(field, typed string) (string, []kana.Change, *fault.Error) {
	if len(typed) > typedMax {
		return "", nil, NameLong.In(field).With("max", strconv.Itoa(nameMax))
	}
	norm, changes := kana.Name(typed)
	switch {
	case norm == "":
		return "", nil, NameMissing.In(field)
	case utf8.RuneCountInString(norm) > nameMax || utf8.RuneCountInString(asTyped(typed)) > 2*nameMax:
		return "", nil, NameLong.In(field).With("max", strconv.Itoa(nameMax))
	}
	if bad := charactersThat(norm, notInNames); bad != "" {
		return "", nil, NameSymbol.In(field).With("characters", bad)
	}
	if bad := kana.JIS0208(norm); len(bad) > 0 {
		return "", nil, NameCharacter.In(field).With("characters", string(bad))
	}
	return norm, changes, nil
}

func readKana(field, typed string) (string, *fault.Error) {
	if len(typed) > typedMax {
		return "", KanaLong.In(field).With("max", strconv.Itoa(kanaMax))
	}
	reading := kana.Katakana(typed)
	switch {
	case reading == "":
		return "", KanaMissing.In(field)
	case utf8.RuneCountInString(reading) > kanaMax:
		return "", KanaLong.In(field).With("max", strconv.Itoa(kanaMax))
	}
	if bad := kana.NotKatakana(reading); len(bad) > 0 {
		return "", KanaCharacter.In(field).With("characters", string(bad))
	}
	if charactersThat(reading, func(r rune) bool { return r >= 'ァ' && r <= 'ヺ' }) == "" {
		return "", KanaMissing.In(field) // blanks, dots and long sounds alone are no reading
	}
	return reading, nil
}

// notInNames tells what no name has. A sign between two parts of a name belongs to it: Mary-Ann, O'Neill, ジョン・スミス.
func notInNames(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.Is(unicode.Mn, r) && !strings.ContainsRune(" -'.’・", r)
}

// charactersThat is the characters of s for which is holds, once each.
func charactersThat(s string, is func(rune) bool) string {
	var out []rune
	for _, r := range s {
		if is(r) && !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	return string(out)
}

// asTyped is a name as its owner writes it: nothing but blanks at the edges and characters that show nothing are taken
// away. The selectors that choose one shape of a kanji stay.
func asTyped(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		if unicode.In(r, unicode.Cc, unicode.Cf) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	return strings.Join(strings.Fields(s), " ")
}

// earliestBirth is the first day that is believed.
var earliestBirth = func() jst.Day {
	day, _ := jst.Date(1900, time.January, 1)
	return day
}()

// readBirth judges a birth date (rule M10).
func readBirth(in BirthInput, today jst.Day) (jst.Day, *fault.Error) {
	y, m, d, err := kana.BirthDate(in.Year, in.Month, in.Day)
	if err != nil {
		return jst.Day{}, kindOf(birthSlips, err).In("year")
	}
	day, ok := jst.Date(y, time.Month(m), d)
	switch {
	case !ok:
		return jst.Day{}, BirthDay.In("year")
	case day.Before(earliestBirth):
		return jst.Day{}, BirthEarly.In("year")
	case day.After(today):
		return jst.Day{}, BirthFuture.In("year")
	}
	return day, nil
}

// ageOn is how many years old somebody is on a day. A birthday on 29 February is completed at the end of 28 February in
// other years, so that the new age counts from 1 March (Civil Code, Art. 143; Act on Calculation of Ages).
func ageOn(birth, day jst.Day) int {
	by, bm, bd := birth.Date()
	y, m, d := day.Date()
	age := y - by
	if m < bm || m == bm && d < bd {
		age--
	}
	return age
}

// samePerson tells whether two accounts are of one person by what they gave: the reading of the name, which every spelling of it
// shares, and the birth date (rules I02, I03).
func samePerson(a Name, born jst.Day, b Name, birth jst.Day) bool {
	return born == birth && a.FamilyKana == b.FamilyKana && a.GivenKana == b.GivenKana
}

var relations = []Relation{Father, Mother, LegalGuardian}

// readGuardian judges who is to consent (rule M11). The guardian's number must not be the applicant's.
func readGuardian(in GuardianInput, applicant mask.Phone) (storedGuardian, []*fault.Error) {
	var slips []*fault.Error
	g := storedGuardian{Relation: in.Relation}
	name, _, slip := readNamePart("guardian_name", in.Name)
	if slip != nil {
		slips = append(slips, slip)
	}
	if g.Name = asTyped(in.Name); name == "" {
		g.Name = ""
	}
	if !slices.Contains(relations, in.Relation) {
		slips = append(slips, GuardianRelation.In("guardian_relation"))
	}
	phone, err := ReadPhone("guardian_phone", in.Phone)
	switch {
	case err != nil:
		slips = append(slips, fault.From(err))
	case phone == applicant:
		slips = append(slips, GuardianSame.In("guardian_phone"))
	}
	g.Phone = phone.Reveal()
	return g, slips
}

// readMail judges a mail address (rule M13). One that is well formed and looks like a slip is asked about until the
// applicant insists.
func readMail(typed string, insists bool) (string, *fault.Error) {
	mail, suggestion, err := kana.Mail(typed)
	if err != nil {
		return "", kindOf(mailSlips, err).In("mail")
	}
	if suggestion != "" && !insists {
		_, domain, _ := strings.Cut(suggestion, "@")
		return "", MailLikelySlip.In("mail").With("domain", domain)
	}
	return mail, nil
}

// stepOf is what an applicant does next: a function of what is there.
func stepOf(d *Draft, today jst.Day, ageAlone int) Step {
	switch d.State {
	case Review:
		return StepReview
	case Done:
		return StepDone
	case Refused:
		return StepRefused
	case BecameGuest:
		return StepGuest
	case Open:
	}
	minor := !d.Birth.IsZero() && ageOn(d.Birth, today) < ageAlone
	switch {
	case d.Known && !d.TakenOver:
		return StepKnown
	case d.Name.Family == "":
		return StepName
	case d.Birth.IsZero():
		return StepBirth
	case minor && d.Guardian.Phone == "":
		return StepGuardian
	case minor && d.Guardian.Consented.IsZero():
		return StepConsent
	case d.Address.PostalCode == "":
		return StepAddress
	case d.Mail == "":
		return StepMail
	}
	return StepAgree
}

// network is the block of addresses that one line or household has: an IPv4 /24, an IPv6 /56.
func network(address netip.Addr) string {
	address = address.Unmap().WithZone("")
	bits := 24
	if address.Is6() {
		bits = 56
	}
	block, err := address.Prefix(bits)
	if err != nil {
		return "" // no address at all: all such callers share one count
	}
	return block.String()
}

// numberPrefix is the first six digits of a number as people in Japan write it.
func numberPrefix(phone mask.Phone) string {
	national := "0" + strings.TrimPrefix(phone.Reveal(), "+81")
	return national[:min(6, len(national))]
}

// clockText is a time of day in Japan for a sentence, with the day if it is not today's.
func clockText(at, now time.Time) string {
	text := jst.ClockText(at)
	if day := jst.DayOf(at); day != jst.DayOf(now) {
		text = day.String() + " " + text
	}
	return text
}

// secondsUntil is how long to wait, rounded up.
func secondsUntil(at, now time.Time) int {
	return max(1, int((at.Sub(now)+time.Second-1)/time.Second))
}
