package web

import "tsuke/internal/money"

func testParts() []PlanPart {
	first := june.Next().Day(20)
	return []PlanPart{
		{Number: 1, Day: first, Amount: 10_070, Paid: true}, {Number: 2, Day: first.Add(14), Amount: 10_070}, {Number: 3, Day: first.Add(28), Amount: 10_069},
	}
}

func planExamples() []example {
	today := june.Next().Day(13)
	empty := PlanPage{
		Frame: testFrame(PlanPath("stm_1")), Bill: testBill(BillOverdue), URL: PlanPath("stm_1"), Offered: true, First: today, Last: today.Add(31),
		Most: 6, Days: 14, Within: june.Add(2).Day(5), Grace: 3, Fee: 100, Each: [2]int{10, 25}, Next: 30_209,
	}
	shown := empty
	shown.Form = Form{Typed: map[string]string{"first": "2026-07-20", "parts": "3"}}
	shown.Parts, shown.Damages = testParts(), 1460
	shown.Parts[0].Paid = false
	wrong := empty
	wrong.Form = Form{Typed: map[string]string{"first": "2027-01-01", "parts": ""}, Slips: []Slip{slipOn("parts", 0), slipOn("first", 0)}}
	long := shown
	long.Parts, long.Bill.Rest, long.Next, long.Fee = testParts(), biggest, biggest, biggest
	for i := range long.Parts {
		long.Parts[i].Amount = biggest / money.Yen(4)
	}
	stands := empty
	stands.Stands, stands.Parts, stands.Next, stands.Said = true, testParts(), 10_070, SaidPlanned
	off := empty
	off.Offered = false
	return []example{
		{"plan-empty", empty}, {"plan-shown", shown}, {"plan-wrong", wrong}, {"plan-long", long}, {"plan-stands", stands}, {"plan-off", off},
	}
}
