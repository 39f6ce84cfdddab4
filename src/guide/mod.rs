//! Guides, one for each kind of user: the pages of the directory `docs/`.

macro_rules! pages {
    ($($page:ident)*) => {$(
        #[doc = include_str!("links.md")]
        // A page of docs.rs consists of rustdoc's files only, so the picture is replaced with an empty one.
        #[cfg_attr(docsrs, doc = "[screenshot]: data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==")]
        #[doc = include_str!(concat!("../../docs/", stringify!($page), ".md"))]
        pub mod $page {}
    )*};
}

pages!(client conformance contract cookbook ids performance sandbox);
