#include "client/key.h"

namespace winnow::client {

Key Key::of(std::string_view ns, std::string_view set, int64_t key) {
    return {std::string(ns), std::string(set), digest_of(set, key), Value(ValueView(key))};
}

Key Key::of(std::string_view ns, std::string_view set, std::string_view key) {
    return {std::string(ns), std::string(set), digest_of(set, key), Value(ValueView(key))};
}

Result<Key> Key::of(std::string_view ns, std::string_view set, const ValueView& key) {
    Particle type = key.particle();
    bool fits = type == Particle::integer || type == Particle::float64 ||
                type == Particle::string || is_blob(type);
    if (!fits) return fail(ResultCode::parameter, "a key is an integer, double, string or blob");
    Digest digest = digest_of(set, static_cast<uint8_t>(type), key.bytes());
    return Key{std::string(ns), std::string(set), digest, Value(key)};
}

Key Key::by_digest(std::string_view ns, std::string_view set, const Digest& digest) {
    return {std::string(ns), std::string(set), digest, {}};
}

}  // namespace winnow::client
