package kana

// Variants is the table behind Name, for its test.
var Variants = variants
