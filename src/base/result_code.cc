#include "base/result_code.h"

namespace winnow {

std::string_view result_code_text(ResultCode code) {
    switch (code) {
#define WINNOW_X(name, number, text) \
    case ResultCode::name: return text;
        WINNOW_RESULT_CODES(WINNOW_X)
#undef WINNOW_X
    }
    return "unknown result code";
}

std::string_view result_code_name(ResultCode code) {
    switch (code) {
#define WINNOW_X(name, number, text) \
    case ResultCode::name: return #name;
        WINNOW_RESULT_CODES(WINNOW_X)
#undef WINNOW_X
    }
    return "unknown";
}

}  // namespace winnow
