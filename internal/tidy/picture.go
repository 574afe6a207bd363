package tidy

import (
	"fmt"
	"html"
	"path"
	"strings"
)

// What the picture of the floors measures, in pixels.
const (
	pictureWidth = 860
	floorHeight  = 46
	floorGap     = 6
	labelWidth   = 64
	roomHeight   = 30
	roomGap      = 8
	letterWidth  = 8
)

// Picture draws the floors as a house: the lowest at the bottom, a room per package. Tests and programs stand outside.
func (l Layout) Picture() string {
	var floors []int
	rooms := map[int][]Package{}
	for _, p := range l.Packages {
		if p.Floor == floorTests || path.Dir(p.Dir) != "internal" {
			continue
		}
		if len(rooms[p.Floor]) == 0 {
			floors = append(floors, p.Floor)
		}
		rooms[p.Floor] = append(rooms[p.Floor], p)
	}
	height := len(floors)*(floorHeight+floorGap) + floorGap
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-labelledby="t">`+"\n",
		pictureWidth, height, pictureWidth, height)
	b.WriteString(`<title id="t">The floors of the house: a package imports only packages of lower floors</title>` + "\n")
	fmt.Fprintf(&b, `<rect width="%d" height="%d" fill="#ffffff"/>`+"\n", pictureWidth, height)
	for i, floor := range floors {
		y := height - (i+1)*(floorHeight+floorGap)
		fmt.Fprintf(&b, `<rect x="0" y="%d" width="%d" height="%d" rx="6" fill="#e8f1fe"/>`+"\n", y, pictureWidth, floorHeight)
		fmt.Fprintf(&b, `<text x="16" y="%d" font-family="sans-serif" font-size="18" font-weight="bold" fill="#0017c1">%d</text>`+"\n", y+29, floor)
		x := labelWidth
		for _, p := range rooms[floor] {
			name := path.Base(p.Dir)
			width := len(name)*letterWidth + 16
			fmt.Fprintf(&b, `<g><title>%s</title><rect x="%d" y="%d" width="%d" height="%d" rx="4" fill="#ffffff" stroke="#0017c1"/>`,
				html.EscapeString(p.Role), x, y+8, width, roomHeight)
			fmt.Fprintf(&b, `<text x="%d" y="%d" font-family="monospace" font-size="13" fill="#1a1a1a">%s</text></g>`+"\n", x+8, y+28, name)
			x += width + roomGap
		}
	}
	b.WriteString("</svg>\n")
	return b.String()
}
