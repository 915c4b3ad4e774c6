// ESSOR_INLINE: `inline` for header-only use (essor::headers), empty where the definitions are compiled once
// (essor::essor, which defines ESSOR_COMPILED for itself and for whoever links it).
#pragma once

#ifdef ESSOR_COMPILED
#define ESSOR_INLINE
#else
#define ESSOR_INLINE inline
#endif
