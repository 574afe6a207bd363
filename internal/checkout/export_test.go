package checkout

// SimilarTo is the rule of the second net, for measuring it.
var SimilarTo = similarTo
