/** The first page: what there is to do, and what came of it last. */
import { drawingUrl } from "../samples/samples.ts";
import { TOOL_PAGES } from "../tools/tool_pages.ts";
import { useTexts } from "../texts/use_texts.ts";
import { Icon, type IconName } from "../ui/icon.tsx";
import { Recent } from "./recent.tsx";

export function HomePage() {
  const { home, tools } = useTexts();
  return (
    <>
      <h1>{home.title}</h1>
      <p className="lead">{home.lead}</p>
      <ul className="tool-cards">
        {TOOL_PAGES.map(({ tool, path, picture }) => (
          <Card
            key={path}
            path={path}
            icon={tool}
            picture={drawingUrl(picture)}
            title={tools[tool].title}
            text={tools[tool].text}
          />
        ))}
        <Card
          path="canvas"
          icon="canvas"
          picture={drawingUrl("lighthouse")}
          title={home.canvasTitle}
          text={home.canvasText}
        />
        <Card
          path="publish"
          icon="publish"
          picture={drawingUrl("still_life")}
          title={home.publishTitle}
          text={home.publishText}
        />
        <Card
          path="train"
          icon="train"
          picture={drawingUrl("portrait")}
          title={home.trainTitle}
          text={home.trainText}
        />
      </ul>
      <Recent />
    </>
  );
}

interface CardProps {
  path: string;
  icon: IconName;
  picture: string;
  title: string;
  text: string;
}

function Card({ path, icon, picture, title, text }: CardProps) {
  return (
    <li>
      <a className="tool-card" href={`#/${path}`}>
        <img src={picture} alt="" width="240" height="180" />
        <span className="tool-card-title">
          <Icon name={icon} size={18} /> {title}
        </span>
        <span className="tool-card-text">{text}</span>
      </a>
    </li>
  );
}
