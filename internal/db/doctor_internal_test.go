package db

import (
	"testing"
	"time"
)

func TestPrescriptions(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		setting
		well bool
	}{
		"a log of 8 GB":              {setting{"max_wal_size", "8192", "MB", "8GB"}, true},
		"the default log":            {setting{"max_wal_size", "1024", "MB", "1GB"}, false},
		"checkpoints in 15 minutes":  {setting{"checkpoint_timeout", "900", "s", "15min"}, true},
		"the default checkpoints":    {setting{"checkpoint_timeout", "300", "s", "5min"}, false},
		"buffers in pages":           {setting{"shared_buffers", "131072", "8kB", "1GB"}, true},
		"the default buffers":        {setting{"shared_buffers", "16384", "8kB", "128MB"}, false},
		"compressed":                 {setting{"wal_compression", "lz4", "", "lz4"}, true},
		"not compressed":             {setting{"wal_compression", "off", "", "off"}, false},
		"vacuumed":                   {setting{"autovacuum", "on", "", "on"}, true},
		"never vacuumed":             {setting{"autovacuum", "off", "", "off"}, false},
		"a pooler dropped it":        {setting{"enable_seqscan", "on", "", "on"}, false},
		"a unit nobody knows":        {setting{"max_wal_size", "9000", "TB", "9000TB"}, false},
		"a server that lacks it":     {setting{name: "server_version_num"}, false},
		"an old server":              {setting{"server_version_num", "140011", "", "140011"}, false},
		"archived with each segment": {setting{"archive_mode", "always", "", "always"}, true},
	} {
		for _, p := range prescriptions {
			if p.setting != test.name {
				continue
			}
			f := p.judge(test.setting)
			if f.Well() != test.well || f.Value != test.shown || f.Well() != (f.Why == "") {
				t.Errorf("%s: %+v", name, f)
			}
		}
	}
	if f := judgeConnections(setting{value: "100", shown: "100"}, 48); f.Well() || f.Wanted != "101 or more" {
		t.Errorf("a pool of 48 within 100 connections: %+v", f)
	}
	if f := judgeConnections(setting{value: "101", shown: "101"}, 48); !f.Well() {
		t.Errorf("a pool of 48 within 101 connections: %+v", f)
	}
}

func TestClocksApart(t *testing.T) {
	t.Parallel()
	at := time.UnixMicro(1_780_000_000_000_000)
	for name, test := range map[string]struct {
		there time.Time
		well  bool
	}{
		"in between": {at.Add(5 * time.Millisecond), true},
		"a bit off":  {at.Add(-900 * time.Millisecond), true},
		"behind":     {at.Add(-time.Second), false},
		"ahead":      {at.Add(1010 * time.Millisecond), false},
	} {
		if f := judgeClock(at, test.there, at.Add(10*time.Millisecond)); f.Well() != test.well {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

func TestLongLog(t *testing.T) {
	t.Parallel()
	if f := judgeLog(64 << 20); !f.Well() || f.Value != "64 MB" {
		t.Errorf("64 MB: %+v", f)
	}
	if f := judgeLog(2 << 30); f.Well() {
		t.Errorf("2 GB: %+v", f)
	}
}
