/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/output-fixture.h"

#include "ns3/node-container.h"
#include "ns3/simulator.h"
#include "ns3/surgery-access-network.h"
#include "ns3/surgery-provenance.h"
#include "ns3/surgery-table-helper.h"
#include "ns3/surgery-table-layout.h"
#include "ns3/surgery-table-output.h"

#include <chrono>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <limits>
#include <random>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#ifdef DNN_SURGERY_SQLITE
#include <sqlite3.h>
#endif

namespace
{

using namespace ns3;
using namespace ns3::surgery;

class TableOutputs : public OutputFixture
{
};

TEST_F(TableOutputs, CsvQuotesTextsAndLeavesNothingEmpty)
{
    {
        const auto table = TableOutput::Create("csv", m_folder + "/a/b")->AddTable("t", m_columns);
        table->Write({int64_t{-7}, 0.123456789012345, 123456.0, std::string("plain")});
        table->Write({std::numeric_limits<int64_t>::max(), 1e-300, 1.5, std::string("a,\"b\"\n")});
        table->Write(TableRow(4));
    }
    Simulator::Destroy();
    EXPECT_EQ(Read(m_folder + "/a/b/t.csv"),
              "when_ns,load,rough_bps,text\n"
              "-7,0.123456789012,1.23e+05,plain\n"
              "9223372036854775807,1e-300,1.5,\"a,\"\"b\"\"\n\"\n"
              ",,,\n");
}

TEST_F(TableOutputs, RowsAreInTheFileAfterDestroy)
{
    const auto table = TableOutput::Create("csv", m_folder)->AddTable("t", m_columns);
    table->Write({int64_t{1}, 2.0, 3.0, std::string("x")});
    Simulator::Destroy();
    EXPECT_EQ(Read(m_folder + "/t.csv"), "when_ns,load,rough_bps,text\n1,2,3,x\n");
}

TEST_F(TableOutputs, TextsAreUtf8)
{
    const auto table = TableOutput::Create("csv", m_folder)->AddTable("t", {{"path"}});
    table->Write({std::string("\xc3\xa4/\xff,\".json")});
    Simulator::Destroy();
    EXPECT_EQ(Read(m_folder + "/t.csv"), "path\n\"\xc3\xa4/\xef\xbf\xbd,\"\".json\"\n");
}

TEST_F(TableOutputs, RefuseWhatIsNoTable)
{
    const auto output = TableOutput::Create("csv", m_folder);
    const auto table = output->AddTable("t", m_columns);
    EXPECT_NE(Refuse([&] { output->AddTable("t", m_columns); }).find("already"), std::string::npos);
    for (const auto* name : {"", "a b", "../t", "a\"b"})
    {
        EXPECT_NE(Refuse([&] { output->AddTable(name, m_columns); }).find("letters"),
                  std::string::npos)
            << name;
        EXPECT_NE(Refuse([&] {
                      output->AddTable("u", {{name, ColumnType::TEXT}});
                  }).find("letters"),
                  std::string::npos)
            << name;
    }
    for (const auto* name : {"about", "SQLite_x", "T"})
    {
        EXPECT_NE(Refuse([&] { output->AddTable(name, m_columns); }).find("of this name"),
                  std::string::npos)
            << name;
    }
    EXPECT_NE(Refuse([&] { output->AddTable("u", {}); }).find("a column"), std::string::npos);
    EXPECT_NE(Refuse([&] {
                  output->AddTable("u", {{"a", ColumnType::TEXT}, {"A", ColumnType::REAL}});
              }).find("two columns A"),
              std::string::npos);
    EXPECT_NE(Refuse([&] { table->Write(TableRow(3)); }).find("3 values, not 4"),
              std::string::npos);
    EXPECT_NE(Refuse([&] {
                  table->Write({int64_t{1}, 2.0, int64_t{3}, std::string()});
              }).find("rough_bps"),
              std::string::npos);
}

TEST_F(TableOutputs, RefuseFilesThatCannotBeWritten)
{
    EXPECT_EQ(Refuse([] { TableOutput::Create("csv", "/dev/null/folder"); }),
              "/dev/null/folder: cannot create this folder");
    EXPECT_NE(Refuse([] { TableOutput::CheckFormat("xml"); }).find("csv, sqlite"),
              std::string::npos);
    EXPECT_THROW(TableHelper(m_folder, "CSV"), std::invalid_argument);
    EXPECT_THROW(Provenance().Write("/dev/null/file"), std::invalid_argument);
    EXPECT_FALSE(std::filesystem::exists(m_folder));

    const TableHelper tables(m_folder);
    for (const auto* name : {"grants", "links", "positions", "attachments"})
    {
        std::filesystem::create_directory(m_folder + "/" + name + ".csv");
    }
    const ApplicationContainer none;
    EXPECT_THROW(tables.EnableGrants(none), std::invalid_argument);
    EXPECT_THROW(tables.EnableLinks(none), std::invalid_argument);
    EXPECT_THROW(tables.EnablePositions(NodeContainer()), std::invalid_argument);
    EXPECT_THROW(tables.EnableAttachments(AccessNetwork::Create("wired")), std::invalid_argument);
}

TEST_F(TableOutputs, FullDiskIsNoShortRun)
{
    if (!std::filesystem::exists("/dev/full"))
    {
        GTEST_SKIP() << "there is no /dev/full";
    }
    const auto output = TableOutput::Create("csv", m_folder);
    std::filesystem::create_symlink("/dev/full", m_folder + "/t.csv");
    const auto table = output->AddTable("t", m_columns);
    EXPECT_NE(Refuse<std::runtime_error>([] { Simulator::Destroy(); }).find("t.csv: cannot write"),
              std::string::npos);
}

/// What a layout reads.
struct Event
{
    Time instant;
    uint32_t device;
    double share;
    std::string cut;
};

TEST_F(TableOutputs, LayoutTakesTypesFromWhatIsRead)
{
    const TableLayout<Event> layout("events",
                                    {{"instant_ns", &Event::instant},
                                     {"device", &Event::device},
                                     {"share", &Event::share, 2},
                                     {"cut", &Event::cut},
                                     {"twice", [](const Event& e) { return 2 * e.share; }}});
    {
        const auto table = layout.AddTo(TableOutput::Create("csv", m_folder));
        table->Write(layout.ToRow({MicroSeconds(3), 4294967295, 0.125, "conv1+conv2"}));
        table->Write(layout.ToRow({NanoSeconds(-1), 0, 1, ""}));
    }
    Simulator::Destroy();
    EXPECT_EQ(Read(m_folder + "/events.csv"),
              "instant_ns,device,share,cut,twice\n"
              "3000,4294967295,0.12,conv1+conv2,0.25\n"
              ",0,1,,2\n");
}

#ifdef DNN_SURGERY_SQLITE

class SqliteTraces : public TableOutputs
{
  protected:
    /// @return the database
    std::string GetPath() const
    {
        return m_folder + "/tables.sqlite";
    }

    /// @param sql a query @return its rows; the reason as a text if there are none
    std::vector<TableRow> Query(const std::string& sql) const
    {
        std::vector<TableRow> rows;
        sqlite3* database = nullptr;
        sqlite3_stmt* query = nullptr;
        sqlite3_open_v2(GetPath().c_str(), &database, SQLITE_OPEN_READONLY, nullptr);
        auto code = sqlite3_prepare_v2(database, sql.c_str(), -1, &query, nullptr);
        while (code == SQLITE_OK || code == SQLITE_ROW)
        {
            code = sqlite3_step(query);
            if (code == SQLITE_ROW)
            {
                rows.emplace_back();
                for (int i = 0; i < sqlite3_column_count(query); ++i)
                {
                    rows.back().push_back(GetValue(query, i));
                }
            }
        }
        if (code != SQLITE_DONE)
        {
            rows.push_back({std::string(sqlite3_errmsg(database))});
        }
        sqlite3_finalize(query);
        sqlite3_close(database);
        return rows;
    }

  private:
    /// @param query at a row @param i column @return what stands there
    static TableValue GetValue(sqlite3_stmt* query, int i)
    {
        switch (sqlite3_column_type(query, i))
        {
        case SQLITE_INTEGER:
            return int64_t{sqlite3_column_int64(query, i)};
        case SQLITE_FLOAT:
            return sqlite3_column_double(query, i);
        case SQLITE_TEXT:
            return std::string(reinterpret_cast<const char*>(sqlite3_column_text(query, i)),
                               static_cast<std::size_t>(sqlite3_column_bytes(query, i)));
        default:
            return {};
        }
    }
};

TEST_F(SqliteTraces, HoldWhatWasWritten)
{
    const auto seed = std::random_device()();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    auto output = TableOutput::Create("sqlite", m_folder);
    std::vector<Ptr<OutputTable>> tables{output->AddTable("one", m_columns),
                                         output->AddTable("two", m_columns)};
    std::vector<std::vector<TableRow>> written(tables.size());
    for (int i = 0; i < 3456; ++i)
    {
        TableRow row{
            static_cast<int64_t>(random()),
            std::ldexp(static_cast<double>(random()), static_cast<int>(random() % 2000) - 1000),
            static_cast<double>(random() % 1000), // a REAL even if whole
            std::string(random() % 50, static_cast<char>(1 + random() % 127))};
        if (random() % 3 == 0)
        {
            row[random() % row.size()] = std::monostate();
        }
        const auto table = random() % tables.size();
        tables[table]->Write(row);
        written[table].push_back(row);
    }
    Simulator::Destroy();
    EXPECT_EQ(Query("SELECT * FROM one ORDER BY rowid"), written[0]);
    EXPECT_EQ(Query("SELECT * FROM two ORDER BY rowid"), written[1]);
    // rows that come later, when what is traced is torn down, are not lost either
    tables[0]->Write(written[1][0]);
    tables.clear();
    output = nullptr;
    EXPECT_EQ(Query("SELECT count(*) FROM one")[0][0],
              TableValue(static_cast<int64_t>(written[0].size() + 1)));
}

TEST_F(SqliteTraces, AreCommittedByTheThousand)
{
    const auto table = TableOutput::Create("sqlite", m_folder)->AddTable("t", m_columns);
    for (int64_t i = 1; i <= 100000; ++i)
    {
        table->Write({i, 0.5, 0.5, std::string("text")});
        if (i % 3333 == 0)
        {
            const auto count = std::get<int64_t>(Query("SELECT count(*) FROM t")[0][0]);
            EXPECT_GT(count, i - 1000);
            EXPECT_LE(count, i);
        }
    }
}

TEST_F(SqliteTraces, WaitForThoseWhoReadThem)
{
    const auto table = TableOutput::Create("sqlite", m_folder)->AddTable("t", m_columns);
    const auto write = [&] {
        for (int i = 0; i < 1000; ++i)
        {
            table->Write(TableRow(4));
        }
    };
    write();
    sqlite3* database = nullptr;
    sqlite3_stmt* query = nullptr;
    sqlite3_open_v2(GetPath().c_str(), &database, SQLITE_OPEN_READONLY, nullptr);
    sqlite3_prepare_v2(database, "SELECT * FROM t", -1, &query, nullptr);
    ASSERT_EQ(sqlite3_step(query), SQLITE_ROW); // and more to come
    std::thread reader([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(300));
        sqlite3_finalize(query);
        sqlite3_close(database);
    });
    EXPECT_NO_THROW(write());
    reader.join();
    Simulator::Destroy();
    EXPECT_EQ(Query("SELECT count(*) FROM t"), (std::vector<TableRow>{{int64_t{2000}}}));
}

TEST_F(SqliteTraces, TellWhereTheyComeFrom)
{
    const auto output = TableOutput::Create("sqlite", m_folder);
    EXPECT_EQ(Query("SELECT value FROM about WHERE name = 'schema'"),
              (std::vector<TableRow>{{std::string(Provenance::SCHEMA)}}));
    Provenance provenance;
    provenance.AddSetting("length_m", "3");
    output->WriteProvenance(provenance);
    Simulator::Destroy();
    EXPECT_EQ(Query("SELECT value FROM about WHERE name = 'provenance'"),
              (std::vector<TableRow>{{provenance.ToJson()}}));
}

TEST_F(SqliteTraces, ReplaceWhatIsThere)
{
    std::filesystem::create_directories(m_folder);
    std::ofstream(GetPath()) << std::string(10000, 'x');
    std::ofstream(GetPath() + "-journal") << "of another database";
    for (int i = 0; i < 2; ++i)
    {
        const auto table = TableOutput::Create("sqlite", m_folder)->AddTable("t", m_columns);
        table->Write(TableRow(4));
        Simulator::Destroy();
        EXPECT_EQ(Query("SELECT count(*) FROM t"), (std::vector<TableRow>{{int64_t{1}}}));
    }
    std::filesystem::remove(GetPath());
    std::filesystem::create_directories(GetPath() + "/not empty");
    EXPECT_NE(Refuse([&] {
                  TableOutput::Create("sqlite", m_folder);
              }).find("tables.sqlite: cannot write this file"),
              std::string::npos);
}

#else

TEST_F(TableOutputs, WithoutSqliteALineSaysSo)
{
    EXPECT_NE(Refuse([&] { TableOutput::Create("sqlite", m_folder); }).find("without SQLite"),
              std::string::npos);
    EXPECT_FALSE(std::filesystem::exists(m_folder));
}

#endif

} // namespace
