/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sqlite-table-output.h"

#include "run-status.h"

#include <stdexcept>

#ifdef DNN_SURGERY_SQLITE

#include "ns3/surgery-provenance.h"

#include <cstdio>
#include <sqlite3.h>

// ns-3's own SQLiteOutput is not used: its header is private from ns-3.41 on, and it ends the
// program if a file cannot be written. SqliteDataOutput writes sums at the end, not rows.

namespace ns3
{
namespace surgery
{

namespace
{

constexpr int ROWS_PER_COMMIT = 1000;

/// How long a commit waits for others who read the file, ms.
constexpr int PATIENCE_MS = 60000;

/// Do what fails only if the file that the user named cannot be used. @param work what to do
/// @return what it returns
template <typename Work>
auto
AsArgument(Work work)
{
    try
    {
        return work();
    }
    catch (const std::runtime_error& error)
    {
        throw std::invalid_argument(error.what());
    }
}

/// A database that is being written.
class Database : public SimpleRefCount<Database>
{
  public:
    /// Replaces what is there. @param path the file
    explicit Database(const std::string& path)
        : m_path(path)
    {
        for (const auto* part : {"", "-journal"})
        {
            std::remove((path + part).c_str());
        }
        try
        {
            Check(sqlite3_open(path.c_str(), &m_database));
            Check(sqlite3_busy_timeout(m_database, PATIENCE_MS));
            // results can be computed again, so the program need not wait for the disk
            Execute("PRAGMA synchronous = OFF");
            Execute("CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT)");
        }
        catch (const std::runtime_error&)
        {
            sqlite3_close(m_database);
            throw;
        }
    }

    ~Database()
    {
        // rows that came after Simulator::Destroy; a failure can no more be reported
        sqlite3_exec(m_database, "COMMIT", nullptr, nullptr, nullptr);
        sqlite3_close(m_database);
    }

    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    /// @param sql what to do
    void Execute(const std::string& sql)
    {
        Check(sqlite3_exec(m_database, sql.c_str(), nullptr, nullptr, nullptr));
    }

    /// @param sql a statement @return to be finalized before the database is closed
    sqlite3_stmt* Prepare(const std::string& sql)
    {
        sqlite3_stmt* statement = nullptr;
        Check(sqlite3_prepare_v2(m_database, sql.c_str(), -1, &statement, nullptr));
        return statement;
    }

    /// Add a row. @param insert the statement, its values bound
    void Insert(sqlite3_stmt* insert)
    {
        if (m_uncommitted == 0)
        {
            Execute("BEGIN");
        }
        ++m_uncommitted;
        sqlite3_step(insert);
        Check(sqlite3_reset(insert)); // has the code of the step
        if (m_uncommitted == ROWS_PER_COMMIT)
        {
            Commit();
        }
    }

    /// Let others see all rows.
    void Commit()
    {
        if (m_uncommitted > 0)
        {
            m_uncommitted = 0;
            Execute("COMMIT");
        }
    }

  private:
    /// @param code what SQLite returned
    void Check(int code) const
    {
        if (code != SQLITE_OK)
        {
            throw std::runtime_error(m_path + ": cannot write this file (" + sqlite3_errstr(code) +
                                     ")");
        }
    }

    std::string m_path;           ///< of the file
    sqlite3* m_database{nullptr}; ///< open
    int m_uncommitted{0};         ///< rows; a transaction is open if any
};

/// Binds a value of a row.
struct Binder
{
    sqlite3_stmt* insert; ///< the statement
    int at;               ///< its parameter, from 1

    /// Nothing is NULL.
    void operator()(std::monostate) const
    {
        sqlite3_bind_null(insert, at);
    }

    /// @param value a whole number
    void operator()(int64_t value) const
    {
        sqlite3_bind_int64(insert, at, value);
    }

    /// @param value a number
    void operator()(double value) const
    {
        sqlite3_bind_double(insert, at, value);
    }

    /// @param value a text
    void operator()(const std::string& value) const
    {
        // copied by SQLite, because the row may be gone when the statement is reset
        sqlite3_bind_text(insert,
                          at,
                          value.c_str(),
                          static_cast<int>(value.size()),
                          SQLITE_TRANSIENT);
    }
};

/// @param type of a column @return as SQLite calls it
const char*
GetTypeName(ColumnType type)
{
    switch (type)
    {
    case ColumnType::INTEGER:
        return "INTEGER";
    case ColumnType::REAL:
        return "REAL";
    case ColumnType::TEXT:
        break;
    }
    return "TEXT";
}

/// A table of the database.
class SqliteTable : public OutputTable
{
  public:
    /// @param database where @param name of the table @param columns from left to right
    /// @param status of the run
    SqliteTable(Ptr<Database> database,
                const std::string& name,
                const std::vector<TableColumn>& columns,
                Ptr<RunStatus> status)
        : OutputTable(name, columns),
          m_database(database),
          m_status(status)
    {
        std::string definitions;
        std::string parameters;
        for (const auto& column : columns)
        {
            const auto* separator = definitions.empty() ? "" : ", ";
            definitions += separator + ('"' + column.name + "\" ") + GetTypeName(column.type);
            parameters += separator + std::string("?");
        }
        database->Execute("CREATE TABLE \"" + name + "\" (" + definitions + ")");
        m_insert = database->Prepare("INSERT INTO \"" + name + "\" VALUES (" + parameters + ")");
    }

    ~SqliteTable() override
    {
        sqlite3_finalize(m_insert);
    }

  private:
    void DoWrite(const TableRow& row) override
    {
        for (std::size_t i = 0; i < row.size(); ++i)
        {
            std::visit(Binder{m_insert, static_cast<int>(i) + 1}, row[i]);
        }
        m_status->Write([this] { m_database->Insert(m_insert); });
    }

    Ptr<Database> m_database;        ///< where
    Ptr<RunStatus> m_status;         ///< of the run
    sqlite3_stmt* m_insert{nullptr}; ///< adds a row
};

/// The database of a run.
class SqliteTableOutput : public TableOutput
{
  public:
    /// @param path the file @param status of the run
    SqliteTableOutput(const std::string& path, Ptr<RunStatus> status)
        : m_database(ns3::Create<Database>(path)),
          m_status(status),
          m_about(m_database->Prepare("INSERT OR REPLACE INTO about VALUES (?, ?)"))
    {
        Tell("schema", Provenance::SCHEMA);
        m_database->Commit();
        m_status->Add([database = m_database] { database->Commit(); });
    }

    ~SqliteTableOutput() override
    {
        sqlite3_finalize(m_about);
    }

    void WriteProvenance(const Provenance& provenance) override
    {
        AsArgument([&] { Tell("provenance", provenance.ToJson()); });
    }

  private:
    Ptr<OutputTable> DoAddTable(const std::string& name,
                                const std::vector<TableColumn>& columns) override
    {
        return AsArgument(
            [&] { return ns3::Create<SqliteTable>(m_database, name, columns, m_status); });
    }

    /// Say something about the run. @param name what @param value its value
    void Tell(const std::string& name, const std::string& value)
    {
        Binder{m_about, 1}(name);
        Binder{m_about, 2}(value);
        m_database->Insert(m_about);
    }

    Ptr<Database> m_database; ///< of the run
    Ptr<RunStatus> m_status;  ///< of the run
    sqlite3_stmt* m_about;    ///< adds a row to the table about
};

} // namespace

void
CheckSqlite()
{
}

Ptr<TableOutput>
CreateSqliteTableOutput(const std::string& folder, Ptr<RunStatus> status)
{
    return AsArgument([&] { return Create<SqliteTableOutput>(folder + "/tables.sqlite", status); });
}

} // namespace surgery
} // namespace ns3

#else // without SQLite

namespace ns3
{
namespace surgery
{

void
CheckSqlite()
{
    throw std::invalid_argument("tables as sqlite: dnn-surgery was built without SQLite "
                                "(Debian: libsqlite3-dev); use csv");
}

Ptr<TableOutput>
CreateSqliteTableOutput(const std::string& /*folder*/, Ptr<RunStatus> /*status*/)
{
    CheckSqlite();
    return nullptr;
}

} // namespace surgery
} // namespace ns3

#endif // DNN_SURGERY_SQLITE
