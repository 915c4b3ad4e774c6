// A stranger's program: the smallest use of Essor that needs both its types and its definitions.
#include <essor/essor.hpp>

int main() { return 0; }
