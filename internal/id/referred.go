package id

// ReferenceOf is the reference number of an object: it is read off the object's own id and stored nowhere. It carries
// the bucket and 24 of the id's bits of chance, so two objects of one bucket share a reference once in 17 million; a
// search by reference answers all that match, newest first.
func ReferenceOf[K Kind](i ID[K]) Reference {
	if i.IsZero() {
		return 0
	}
	return referenceOf(uint32(i[13])<<16|uint32(i[14])<<8|uint32(i[15]), i.Bucket())
}

// Tail gives the last three bytes of the ids that this reference can stand for, to search a bucket by. It is false for a
// reference that belongs to no object, such as that of a request that failed before anything was made.
func (r Reference) Tail() ([]byte, bool) {
	chance := uint32(r >> bucketBits)
	if r == 0 || chance >= 1<<24 {
		return nil, false
	}
	return []byte{byte(chance >> 16), byte(chance >> 8), byte(chance)}, true
}

// FreeReference draws a reference that belongs to no object: for the log line and the page of a failure.
func FreeReference(bucket int) Reference {
	for {
		if r := NewReference(bucket); r>>bucketBits >= 1<<24 {
			return r
		}
	}
}
