// OpenSSL 3 marks RIPEMD160() deprecated in favour of the EVP interface, which costs 762 ns a key
// against 446.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "record/key/digest.h"

#include <openssl/ripemd.h>

#include "base/check.h"

namespace winnow {

Digest digest_of(std::string_view set, uint8_t type, Bytes key) {
    Digest digest;
    RIPEMD160_CTX context;
    CHECK(RIPEMD160_Init(&context) == 1);
    CHECK(RIPEMD160_Update(&context, set.data(), set.size()) == 1);
    CHECK(RIPEMD160_Update(&context, &type, 1) == 1);
    CHECK(RIPEMD160_Update(&context, key.data(), key.size()) == 1);
    CHECK(RIPEMD160_Final(digest.bytes.data(), &context) == 1);
    return digest;
}

Digest digest_of(std::string_view set, int64_t key) {
    uint8_t bytes[8];
    store_be(bytes, key);
    return digest_of(set, 1, bytes);
}

Digest digest_of(std::string_view set, std::string_view key) {
    return digest_of(set, 3, bytes_of(key));
}

}  // namespace winnow
