# Catch2, version 3 or 2: as it is installed, or else a copy in the build folder. That is the package of Debian or
# Ubuntu, unpacked without being installed, or else built from its sources.
option(MICROGPT_DOWNLOAD_CATCH2 "Download Catch2 where it is not installed" ON)
set(copy ${PROJECT_BINARY_DIR}/catch2)
set(hash c991b247a1a0d7bb9c39aa35faf0fe9e19764213f28ffba3109388e62ee0269c)
find_package(Catch2 QUIET PATHS ${copy}/usr)

if(NOT Catch2_FOUND AND NOT EXISTS ${copy}.tar.gz AND MICROGPT_DOWNLOAD_CATCH2
   AND NOT FETCHCONTENT_FULLY_DISCONNECTED AND NOT FETCHCONTENT_SOURCE_DIR_CATCH2)
  message(STATUS "Catch2 is not installed; getting a copy for this build")
  file(REMOVE_RECURSE ${copy})  # what an earlier try may have left
  file(MAKE_DIRECTORY ${copy})
  # Any user may do this. A small file shows whether there is a network at all; without one, both ways take less
  # than 20 s. Where the system's lists of packages are missing or old, new ones are downloaded, too.
  execute_process(WORKING_DIRECTORY ${copy} TIMEOUT 200 OUTPUT_QUIET ERROR_QUIET COMMAND sh -c [[
    small=$(apt-get update --print-uris | sed "s/^'//; s/'.*//; q")
    timeout 6 /usr/lib/apt/apt-helper download-file "$small" small || exit
    get() { apt-get "$@" download libcatch2-dev || apt-get "$@" download catch2; }
    get || {
      set -- -o Dir::State::lists="$PWD/apt" -o Dir::Cache="$PWD/apt" -o APT::Sandbox::User=root
      apt-get "$@" update
      get "$@"
    }
    dpkg-deb -x *catch2*.deb .
    rm -rf apt]])
  find_package(Catch2 QUIET PATHS ${copy}/usr)
  if(NOT Catch2_FOUND)
    file(DOWNLOAD https://github.com/catchorg/Catch2/archive/refs/tags/v3.7.1.tar.gz ${copy}.tar.gz
         TIMEOUT 9 STATUS ignored)
    file(SHA256 ${copy}.tar.gz downloaded)
    if(NOT downloaded STREQUAL hash)
      file(REMOVE ${copy}.tar.gz)
    endif()
  endif()
endif()

if(Catch2_DIR MATCHES "\\[.*/catch2/usr/")  # in a path with brackets the package misses this file of its own
  set(_IMPORT_PREFIX ${copy}/usr)
  include(${Catch2_DIR}/Catch2Targets-none.cmake OPTIONAL)
endif()
if(NOT Catch2_FOUND AND (EXISTS ${copy}.tar.gz OR FETCHCONTENT_SOURCE_DIR_CATCH2))
  cmake_policy(VERSION 3.20...3.24)  # or a newer CMake warns of the archive's times
  include(FetchContent)
  FetchContent_Declare(Catch2 URL ${copy}.tar.gz URL_HASH SHA256=${hash})
  set(CMAKE_UNITY_BUILD ON)  # compiles its hundred files as a dozen
  FetchContent_MakeAvailable(Catch2)
  unset(CMAKE_UNITY_BUILD)
  target_compile_options(Catch2 PRIVATE ${fast})
  list(APPEND CMAKE_MODULE_PATH ${catch2_SOURCE_DIR}/extras)
  set(Catch2_FOUND ON)
endif()
