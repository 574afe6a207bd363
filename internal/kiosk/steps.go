package kiosk

import "slices"

// kioskMinutes is how long the paper of a kiosk is good for, as FamilyMart and Seicomart publish it.
const kioskMinutes = 30

// Steps that several chains share.
func payAtTill() Step {
	return Step{Do: Words{"レジで現金で支払い、受領書を受け取る", "Pay in cash at the till and take the receipt"}}
}

func typeReceipt() Step {
	return Step{Do: Words{"「受付番号」を入力する", "Type the receipt number (受付番号)"}, Needs: TheReceiptNumber}
}

func typeConfirmation() Step {
	return Step{Do: Words{"「確認番号」または「電話番号」を入力する", "Type the confirmation number (確認番号) or telephone number (電話番号)"}, Needs: TheConfirmation}
}

func checkBill() Step {
	return Step{Do: Words{"内容を確かめて「OK」または「了解」を押す", "Check the bill and press “OK” or 「了解」 (agree)"}}
}

func takePaper() Step {
	return Step{Do: Words{"印刷された「申込券」を、すぐにレジへ持っていく", "Take the printed 「申込券」 (slip) to the till straight away"}}
}

// numberWays are the ways by number.
func numberWays() map[Chain]Way {
	loppi := Way{
		Machine: Words{"Loppi（店内の端末）", "Loppi (a kiosk in the store)"},
		Steps: []Step{
			{Do: Words{"Loppiの最初の画面で「各種番号をお持ちの方」を押す", "On the first screen of Loppi press 「各種番号をお持ちの方」 (I have a number)"}},
			typeReceipt(), typeConfirmation(), checkBill(), takePaper(), payAtTill(),
		},
	}
	return map[Chain]Way{
		SevenEleven: {
			Machine: Words{"レジ", "the till"},
			Steps: []Step{
				{Do: Words{"レジで「インターネット代金の支払い」と伝える", "Tell the clerk 「インターネット代金の支払い」 (Intānetto daikin no shiharai: a payment for the internet)"}},
				{Do: Words{"「払込票番号」の画面を見せるか、番号を伝える", "Show the slip number (払込票番号) on your screen, or tell it"}, Needs: TheSlipNumber},
				payAtTill(),
			},
		},
		Lawson:   loppi,
		Ministop: loppi,
		FamilyMart: {
			Machine: Words{"マルチコピー機（以前はFamiポート）", "the multi-copy machine (マルチコピー機, formerly FamiPort)"},
			Steps: []Step{
				{Do: Words{"マルチコピー機の最初の画面で「代金支払い」を押す", "On the first screen of the machine press 「代金支払い」 (payments)"}},
				{Do: Words{"「各種代金お支払い」から番号の入力画面へ進む", "Go on by 「各種代金お支払い」 (pay a bill) to where a number is typed"}},
				typeReceipt(), typeConfirmation(), checkBill(), takePaper(), payAtTill(),
			},
			SlipMinutes: kioskMinutes,
		},
		DailyYamazaki: {
			Machine: Words{"レジ", "the till"},
			Steps: []Step{
				{Do: Words{"レジで「オンライン決済」と伝える", "Tell the clerk 「オンライン決済」 (Onrain kessai: online payment)"}},
				{Do: Words{"レジの画面に「オンライン決済番号」を入力する", "Type the online payment number (オンライン決済番号) on the till's screen"}, Needs: TheOnlineNumber},
				checkBill(), payAtTill(),
			},
		},
		Seicomart: {
			Machine: Words{"レジ（端末クラブステーションのある店では端末）", "the till (in stores with a Club Station kiosk, the kiosk)"},
			Steps: []Step{
				{Do: Words{"レジで「インターネットの支払い」と伝える。クラブステーションでは「インターネット受付」を押す", "Tell the clerk 「インターネットの支払い」 (Intānetto no shiharai: an internet payment), or press 「インターネット受付」 at a Club Station"}},
				typeReceipt(), typeConfirmation(), checkBill(), payAtTill(),
			},
			SlipMinutes: kioskMinutes,
		},
	}
}

func barcodeWay() Way {
	return Way{
		Machine: Words{"レジ", "the till"},
		Steps: []Step{
			{Do: Words{"スマートフォンでバーコードを表示し、画面を明るくする", "Show the barcode on your phone and make the screen bright"}},
			{Do: Words{"レジで「バーコードで支払い」と伝え、画面を読み取ってもらう", "Tell the clerk 「バーコードで支払い」 (Bākōdo de shiharai: by barcode) and have the screen scanned"}, Needs: TheBarcode},
			payAtTill(),
		},
	}
}

func paperWay() Way {
	return Way{
		Machine: Words{"レジ", "the till"},
		Steps: []Step{
			{Do: Words{"払込票を切り離さずにレジで渡す", "Hand the payment slip to the clerk, in one piece"}, Needs: ThePaper},
			payAtTill(),
		},
	}
}

func walletWay() Way {
	return Way{
		Machine: Words{"スマホ決済アプリ", "a payment app"},
		Steps: []Step{
			{Do: Words{"アプリの「請求書払い」を開く", "Open 「請求書払い」 (pay a bill) in the app"}},
			{Do: Words{"払込票のバーコードを読み取る", "Scan the barcode of the payment slip"}, Needs: ThePaper},
			{Do: Words{"金額を確かめて支払う。受領書は出ない", "Check the amount and pay. There is no paper receipt"}},
		},
	}
}

// PayEasyGuide is the steps of a Pay-easy payment by a means. Banks word their menus differently; what stands here are the words that
// most of them have in common.
func PayEasyGuide(by Means) Way {
	types := []Step{
		{Do: Words{"「収納機関番号」を入力する", "Type the collector number (収納機関番号)"}, Needs: TheCollector},
		{Do: Words{"「お客様番号」（「納付番号」のこともある）を入力する", "Type the customer number (お客様番号, at some banks 納付番号)"}, Needs: TheCustomer},
		{Do: Words{"「確認番号」を入力する", "Type the confirmation number (確認番号)"}, Needs: TheCode},
	}
	if by == NetBank {
		return Way{
			Machine: Words{"インターネットバンキング", "online banking"},
			Steps: slices.Concat([]Step{
				{Do: Words{"銀行のサイトかアプリにログインし、「税金・各種料金の払込み（ペイジー）」を選ぶ", "Log in to your bank and choose 「税金・各種料金の払込み（ペイジー）」 (Pay-easy)"}},
			}, types, []Step{
				{Do: Words{"内容と金額を確かめて支払う", "Check the bill and the amount, and pay"}},
			}),
		}
	}
	pay := Words{"内容と金額を確かめ、現金を入れて支払う", "Check the bill and the amount, and pay in cash"}
	if by == ATMCard {
		pay = Words{"内容と金額を確かめ、キャッシュカードで支払う", "Check the bill and the amount, and pay with your cash card"}
	}
	return Way{
		Machine: Words{"ペイジーのマークのあるATM", "an ATM with the Pay-easy mark"},
		Steps: slices.Concat([]Step{
			{Do: Words{"ATMの画面で「税金・各種料金」（「ペイジー」）を押す", "On the ATM press 「税金・各種料金」 or 「ペイジー」 (Pay-easy)"}},
		}, types, []Step{
			{Do: pay},
			{Do: Words{"「ご利用明細票」を受け取る", "Take the 「ご利用明細票」 (receipt)"}},
		}),
	}
}
