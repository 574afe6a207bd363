package mutant

// What a hunt makes of what programs print.
var (
	Judge      = judge
	ReadSights = readSights
)
