#include "record/operation.h"

namespace winnow {

std::string_view operation_name(OperationCode code) {
    switch (code) {
#define WINNOW_X(name, number, writes, text) \
    case OperationCode::name: return #name;
        WINNOW_OPERATION_CODES(WINNOW_X)
#undef WINNOW_X
    }
    return "unknown";
}

}  // namespace winnow
