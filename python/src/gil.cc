#include "python/src/gil.h"

#include <unistd.h>

namespace winnow::python {

void wait_for_exit() {
    for (;;) pause();
}

}  // namespace winnow::python
