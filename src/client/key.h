#pragma once
// The address of a record: namespace, set, digest. The key it was made from is kept so that a
// write can send it along (WritePolicy::send_key); a key known by its digest alone has none.
//
// A plain value: whoever asks for many records of one set keeps one and changes its digest.

#include <cstdint>
#include <string>
#include <string_view>

#include "client/value.h"
#include "record/key/digest.h"

namespace winnow::client {

struct Key {
    std::string ns;
    std::string set;  // empty: none
    Digest digest;
    Value user_key;  // nil: known by the digest alone

    static Key of(std::string_view ns, std::string_view set, int64_t key);
    static Key of(std::string_view ns, std::string_view set, std::string_view key);
    static Key of(std::string_view ns, std::string_view set, const char* key) {
        return of(ns, set, std::string_view(key));
    }
    // Any key a record can have: integer, double, string or blob. Others: parameter.
    static Result<Key> of(std::string_view ns, std::string_view set, const ValueView& key);
    static Key by_digest(std::string_view ns, std::string_view set, const Digest& digest);
};

}  // namespace winnow::client
