/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "model/scheduler/command-words.h"

#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <vector>

namespace
{

using ns3::surgery::SplitCommand;
using Words = std::vector<std::string>;

TEST(CommandWords, AreSeparatedByBlanks)
{
    EXPECT_EQ(SplitCommand(""), Words());
    EXPECT_EQ(SplitCommand(" \t"), Words());
    EXPECT_EQ(SplitCommand("python3  my.py --a=1 "), (Words{"python3", "my.py", "--a=1"}));
}

TEST(CommandWords, HaveBlanksInQuotes)
{
    EXPECT_EQ(SplitCommand("'my python' a\"b c\"d \"it's\" ''"),
              (Words{"my python", "ab cd", "it's", ""}));
}

TEST(CommandWords, AreAListInJson)
{
    EXPECT_EQ(SplitCommand(R"(["python3", "a b", "\"c\""])"), (Words{"python3", "a b", "\"c\""}));
}

TEST(CommandWords, AreRefusedIfTheyMakeNoCommand)
{
    for (const auto* command :
         {"'a", "a \"b", "[", "[]", "[1]", R"([""])", R"(["a"] b)", R"(["a\u0000b"])"})
    {
        EXPECT_THROW(SplitCommand(command), std::invalid_argument) << command;
    }
}

} // namespace
