/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-json-field.h"

#include <functional>
#include <gtest/gtest.h>
#include <optional>
#include <stdexcept>

namespace
{

using namespace ns3::surgery;

/// What an action complains about.
std::string
GetComplaint(const std::function<void()>& action)
{
    try
    {
        action();
    }
    catch (const std::invalid_argument& error)
    {
        return error.what();
    }
    return "";
}

TEST(JsonField, OutlivesWhatItWasReadFrom)
{
    std::optional<JsonField> item;
    {
        const auto root = JsonField::Parse(R"({"list": [1, {"deep": "text"}]})", "file");
        item = root["list"].GetItems()[1];
    }
    EXPECT_EQ((*item)["deep"].GetText(), "text");
    EXPECT_EQ((*item)["deep"].GetPlace(), "file: list[1]: deep");
    EXPECT_EQ(item->At("there").GetPlace(), "there");
    EXPECT_EQ(item->ToText(), R"({"deep":"text"})");
}

TEST(JsonField, NamesThePlaceOfWhatIsWrong)
{
    const auto root = JsonField::Parse(R"({"a": {"b": 7, "c": ""}, "n": {"x": -1}})", "file");
    EXPECT_EQ(GetComplaint([&] { root["a"]["d"]; }), "file: a: field \"d\" is missing");
    EXPECT_EQ(GetComplaint([&] {
                  root["a"].CheckFields({"b", "bb"});
              }),
              "file: a: unknown field \"c\": use b, bb");
    EXPECT_EQ(GetComplaint([&] { root["a"]["b"].CheckFields({"x"}); }),
              "file: a: b: must be an object with the fields x");
    EXPECT_EQ(GetComplaint([&] { root["a"]["b"].GetText(); }), "file: a: b: must be a string");
    EXPECT_EQ(GetComplaint([&] { root["a"]["c"].GetName(); }),
              "file: a: c: must be a string, not empty");
    EXPECT_EQ(GetComplaint([&] { root["a"]["b"].GetNumber(0, 1, "0 to 1"); }),
              "file: a: b: must be 0 to 1");
    EXPECT_EQ(GetComplaint([&] { root["n"].GetNumbers(); }),
              "file: n[\"x\"]: must be a finite number >= 0");
    EXPECT_EQ(GetComplaint([&] { root["a"].GetItems(); }), "file: a: must be a list");
    EXPECT_FALSE(root["a"]["b"].Has("b"));
    EXPECT_EQ(GetComplaint([] { JsonField::Parse("{\"x\\ny\": 1}", "file").CheckFields({"x"}); }),
              "file: unknown field \"x y\": use x");
}

TEST(JsonField, NamesPathsWhereTheyAreAskedFor)
{
    const auto root =
        JsonField::Parse(R"({"a": [{"b": {"c": 7}}, "x"], "d": {"e": 1}})", "file").WithPaths();
    EXPECT_EQ(root.GetPlace(), "file");
    EXPECT_EQ(root["a"].GetItems()[0]["b"]["c"].GetPlace(), "file: a[0].b.c");
    EXPECT_EQ(root.GetFields().at("d").GetFields().at("e").GetPlace(), "file: d.e");
    EXPECT_EQ(root["d"].At("there")["e"].GetPlace(), "there.e");
    EXPECT_EQ(GetComplaint([&] { root["a"].GetItems()[0]["x"]; }),
              "file: a[0]: field \"x\" is missing");
}

TEST(JsonField, ReadsScalarsAndWholeNumbers)
{
    const auto root =
        JsonField::Parse(R"({"t": "1e3", "n": 1.5, "i": 3.0, "f": true, "l": [], "o": {}})",
                         "file");
    EXPECT_EQ(root["t"].GetScalar(), "1e3");
    EXPECT_EQ(root["n"].GetScalar(), "1.5");
    EXPECT_EQ(root["f"].GetScalar(), "true");
    for (const auto* name : {"l", "o"})
    {
        EXPECT_EQ(GetComplaint([&] { root[name].GetScalar(); }),
                  std::string("file: ") + name + ": must be a string, a number, true or false");
    }
    EXPECT_EQ(root["i"].GetInteger(1, 3, "1 to 3"), 3u);
    EXPECT_EQ(GetComplaint([&] { root["i"].GetInteger(4, 5, "4 to 5"); }),
              "file: i: must be 4 to 5");
    EXPECT_EQ(GetComplaint([&] { root["n"].GetInteger(1, 3, "1 to 3"); }),
              "file: n: must be 1 to 3");
    EXPECT_TRUE(root["o"].IsObject());
    EXPECT_FALSE(root["l"].IsObject());
    EXPECT_EQ(GetComplaint([&] { root["l"].GetFields(); }), "file: l: must be an object");
}

TEST(JsonField, RefusesWhatIsNoDocument)
{
    const auto parse = [](const std::string& text) {
        return GetComplaint([&] { JsonField::Parse(text, "file"); });
    };
    EXPECT_EQ(parse(R"({"a": {"x": 1}, "b": {"x": 1}})"), "");
    EXPECT_EQ(parse(R"({"a": {"x": 1, "x": 2}})"),
              "file: a: field \"x\" stands twice in one object");
    EXPECT_EQ(parse(R"({"b": [1, [2], {"c": {}}, {"d": [0, {"x": 1, "y": [3], "x": 2}]}]})"),
              "file: b[3]: d[1]: field \"x\" stands twice in one object");
    EXPECT_EQ(parse(R"({"x": 1, "x": 2})"), "file: field \"x\" stands twice in one object");
    EXPECT_EQ(parse("{\"a\": nope}").find("file: at or after \"a\": not valid JSON: "), 0u);
    EXPECT_EQ(parse("").find("file: not valid JSON: "), 0u);
    EXPECT_NE(parse(std::string(1000, '[')).find("100 levels"), std::string::npos);
    EXPECT_EQ(parse(std::string("{}\0junk", 7)), "file: has a NUL byte, which no JSON has");
}

} // namespace
