package keys

import "tsuke/internal/fault"

// The faults of this package.
var (
	ServiceBehind = &fault.Kind{
		Code: "keys_service_behind", Status: 409, Side: fault.Us, Retry: fault.RetryLater,
		What: fault.Text{JA: "動いているサービス{services}個が、まだこの鍵を読んでいません。", EN: "{services} of the running services have not taken up the key yet."},
		Next: fault.Text{
			JA: "同じ機械のサービスは数秒で読みます。別の機械なら、鍵のフォルダをそこへ写してから、もう一度実行してください。終了したサービスは3分で数えなくなります。",
			EN: "On this machine that takes seconds. On another one, copy the folder of secrets there, then run this again. A service that has ended is forgotten after 3 minutes.",
		},
	}
	KeyYoung = &fault.Kind{
		Code: "keys_young", Status: 409, Side: fault.Us, Retry: fault.RetryLater,
		What: fault.Text{JA: "新しい鍵を使い始めたばかりです。古い鍵で始まった処理が残っているかもしれません。", EN: "The key in use is used since a moment ago; what began under the older one may not have ended."},
		Next: fault.Text{JA: "{minutes}分後に、もう一度実行してください。", EN: "Run this again in {minutes} minutes."},
	}
	KeyInUse = &fault.Kind{
		Code: "keys_in_use", Status: 409, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{JA: "古い鍵の下にまだ行があります({rows})。", EN: "There are rows under an older key: {rows}."},
		Next: fault.Text{
			JA: "tsuke keys rekey を実行してください。それでも残る行は自然に終わります。コードは数分、回数の記録は1日、登録の途中は期限まで、または人が決めるまで(tsuke review list)です。",
			EN: "Run tsuke keys rekey. What it leaves ends by itself: codes in minutes, counts in a day, registrations in their days or when a person decides (tsuke review list).",
		},
	}
	KeyMissing = &fault.Kind{
		Code: "keys_missing", Status: 500, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{JA: "データベースが使っている鍵({part} {key})が、鍵のフォルダにありません。", EN: "The database uses a key ({part} {key}) that is not in the folder of secrets."},
		Next: fault.Text{
			JA: "このデータベースと同じ時点の鍵のフォルダを、控えから戻してください。",
			EN: "Restore the folder of secrets of the same time as this database from its backup.",
		},
	}
)

// Kinds lists the faults of this package.
var Kinds = []*fault.Kind{ServiceBehind, KeyYoung, KeyInUse, KeyMissing}
