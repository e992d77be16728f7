// The main function of the tests where Catch2 is version 2 without a library that has one.

#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
