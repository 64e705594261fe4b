/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

extern "C" const char* __lsan_default_suppressions();

/**
 * @ingroup dnn-surgery-tests
 *
 * What LeakSanitizer is to pass over: an exception that leaves Simulator::Run takes the reference
 * to the event that threw with it, and ns-3 has no other one.
 *
 * @return one pattern per line
 */
extern "C" const char*
__lsan_default_suppressions()
{
    return "leak:ns3::MakeEvent\n"
           "leak:ns3::Application::DoInitialize\n";
}
