package kana

import "strings"

// commonDomains are where most members' mail goes. A domain one or two slips away from one of them is asked about.
func commonDomains() []string {
	return []string{
		"gmail.com", "yahoo.co.jp", "icloud.com", "docomo.ne.jp", "ezweb.ne.jp", "au.com", "softbank.ne.jp",
		"i.softbank.jp", "hotmail.com", "hotmail.co.jp", "outlook.com", "outlook.jp", "live.jp", "ymobile.ne.jp",
		"rakuten.jp", "nifty.com", "biglobe.ne.jp", "ocn.ne.jp", "so-net.ne.jp", "plala.or.jp", "msn.com",
	}
}

// realDomains lie close to a common one and exist: they are never questioned.
func realDomains() []string {
	return []string{
		"ymail.com", "gmx.com", "mail.com", "email.com", "me.com", "mac.com", "aol.com", "live.com", "yahoo.com", "ymail.ne.jp",
		"yahoo.ne.jp", "outlook.co.jp", "hotmail.fr", "vodafone.ne.jp", "ybb.ne.jp", "nifty.ne.jp", "nifty.jp", "eo.com", "au.jp",
		"ymobile1.ne.jp", "con.ne.jp", "ocn.jp", "ezweb.jp",
	}
}

// suggestDomain is the domain that was probably meant, or "".
func suggestDomain(domain string) string {
	// A comma for a point, a doubled point and an impossible ending are slips whatever the domain is.
	fixed := fixEnding(strings.NewReplacer(",", ".", ";", ".", "..", ".", "、", ".", "。", ".").Replace(domain))
	for _, known := range append(commonDomains(), realDomains()...) {
		if fixed == known {
			return differs(known, domain)
		}
	}
	for _, known := range commonDomains() {
		first, _, _ := strings.Cut(known, ".")
		if fixed == first && len(first) > 2 || fixed == strings.ReplaceAll(known, ".", "") {
			return known // "taro@gmail", "taro@gmailcom"
		}
	}
	best, bestSlips := "", 3
	for _, known := range commonDomains() {
		// Short names are left alone: line.jp is not a slip for live.jp.
		if n := slips(fixed, known); n < bestSlips && n <= (len(known)-3)/5 {
			best, bestSlips = known, n
		}
	}
	if best == "" {
		return differs(fixed, domain)
	}
	return best
}

func differs(meant, domain string) string {
	if meant == domain || judgeDomain(meant) != nil {
		return ""
	}
	return meant
}

// fixEnding corrects endings that are no top-level domain, or in Japan surely not the one meant.
func fixEnding(domain string) string {
	for _, e := range []struct{ slip, meant string }{
		{".con", ".com"},
		{".cmo", ".com"},
		{".ocm", ".com"},
		{".comm", ".com"},
		{".xom", ".com"},
		{".vom", ".com"},
		{".co.jo", ".co.jp"},
		{".ne.jo", ".ne.jp"},
		{".or.jo", ".or.jp"},
		{".ac.jo", ".ac.jp"},
		{".jpp", ".jp"},
		{".cojp", ".co.jp"},
		{".nejp", ".ne.jp"},
		{".co.pj", ".co.jp"},
		{".ne.pj", ".ne.jp"},
	} {
		if stem, ok := strings.CutSuffix(domain, e.slip); ok && stem != "" {
			return stem + e.meant
		}
	}
	return domain
}

// slips counts the least number of letters left out, put in, swapped with their neighbour or mistyped that lead from a
// to b (optimal string alignment). Three or more is reported as 3.
func slips(a, b string) int {
	if len(a) > len(b)+2 || len(b) > len(a)+2 {
		return 3
	}
	before, last, row := []int{}, make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, make([]int, len(b)+1)
	}
	return min(last[len(b)], 3)
}
