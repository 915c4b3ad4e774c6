#include <essor/essor.hpp>

int main() { return 0; }
