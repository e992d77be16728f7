// The main function of the tests, where Catch2 is of version 2, which leaves it to its user.

#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
