package site

import (
	"net/url"

	"tsuke/internal/db"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/notice"
	"tsuke/internal/web"
)

// inboxPage is how many notices or messages one page lists.
const inboxPage = 20

// notices lists what the member was told, and takes what it shows for read.
func (s *Site) notices(v *visit) error {
	page := web.NoticesPage{Frame: v.frame()}
	after, err := id.Parse[id.NoticeKind](v.r.URL.Query().Get("after"))
	if err == nil {
		page.Newer = web.NoticesPath
	}
	var found []notice.Line
	err = v.read(func(tx *db.Tx) (err error) {
		found, err = s.Notices.Inbox(tx, v.signIn.Member, string(v.lang), after, inboxPage+1)
		return err
	})
	if err != nil {
		return err
	}
	if len(found) > inboxPage {
		found = found[:inboxPage]
		page.Older = pageAfter(web.NoticesPath, found[inboxPage-1].ID.String())
	}
	page.Notices = inboxLines(found)
	if len(found) > 0 && found[0].New {
		err = v.write(func(tx *db.Tx) error { return s.Notices.MarkRead(tx, v.signIn.Member, found[0].ID) })
		if err != nil {
			return err
		}
	}
	return v.show(page)
}

// pageAfter is the address of the page that follows.
func pageAfter(path, last string) string { return path + "?after=" + url.QueryEscape(last) }

func inboxLines(found []notice.Line) []web.NoticeLine {
	out := make([]web.NoticeLine, len(found))
	for i, l := range found {
		out[i] = web.NoticeLine{Text: l.Text, At: l.At, New: l.New, URL: topicPath(l)}
	}
	return out
}

// topicPath is the page of what a notice is about.
func topicPath(l notice.Line) string {
	switch l.About {
	case notice.AboutPayment:
		return web.PaymentPath(l.Object)
	case notice.AboutStatement:
		return web.BillPath(l.Object)
	case notice.AboutToken:
		return web.ShopsPath
	case notice.AboutPromise:
		return web.HardPath
	case notice.AboutAccount:
		return web.WayPath
	case notice.AboutMember:
	}
	return web.MenuPath
}

var (
	mediumWords   = map[notice.Medium]web.Medium{notice.ByMail: web.ByMail, notice.BySMS: web.BySMS}
	deliveryWords = map[notice.State]web.Delivery{
		notice.Waiting: web.DeliveryWaiting, notice.Unknown: web.DeliveryUnknown, notice.Sent: web.DeliverySent,
		notice.Rejected: web.DeliveryFailed, notice.Dead: web.DeliveryFailed,
	}
)

// sent lists the letters and texts to the member, with what became of each.
func (s *Site) sent(v *visit) error {
	page := web.SentPage{Frame: v.frame()}
	after, err := notice.ParseMessageID(v.r.URL.Query().Get("after"))
	if err == nil {
		page.Newer = web.SentPath
	}
	var found []notice.Message
	err = v.read(func(tx *db.Tx) (err error) {
		found, err = s.Notices.Messages(tx, v.signIn.Member, string(v.lang), after, inboxPage+1)
		return err
	})
	if err != nil {
		return err
	}
	if len(found) > inboxPage {
		found = found[:inboxPage]
		page.Older = pageAfter(web.SentPath, found[inboxPage-1].ID.String())
	}
	for _, m := range found {
		line := sentMessage(m)
		if m.Again {
			line.ResendURL = web.ResendPath(m.ID.String())
		}
		page.Messages = append(page.Messages, line)
	}
	return v.show(page)
}

func sentMessage(m notice.Message) web.SentMessage {
	return web.SentMessage{Subject: m.Head, At: m.At, Medium: mediumWords[m.Medium], To: m.To, State: deliveryWords[m.State]}
}

// resend sends another copy of a message. A press that arrives twice sends one: the second finds it on its way.
func (s *Site) resend(v *visit) error {
	which, err := notice.ParseMessageID(v.r.PathValue("message"))
	if err != nil {
		return notice.NoMessage.New()
	}
	err = v.write(func(tx *db.Tx) error {
		_, err := s.Notices.Resend(tx, v.signIn.Member, which)
		return err
	})
	if err != nil && !fault.Is(err, notice.OnItsWay) {
		return err
	}
	v.say(web.SaidResent)
	return v.to(web.SentPath)
}
